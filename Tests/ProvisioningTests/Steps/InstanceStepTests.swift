import Testing

@testable import Provisioning

/// What LXD says of an instance.
enum Instance {
    static let look = "lxc query /1.0/instances/web-1"
    static let missing = ScriptedRunner.Answer.ends(1, "Error: Instance not found")
    static let busy = ScriptedRunner.Answer.ends(1, "Error: Instance is busy running a \"create\" operation")

    static func shown(
        _ status: String = "Running", unit: String? = "web", hasRun: Bool = true
    ) -> ScriptedRunner.Answer {
        let mark = unit.map { #""user.bcm.unit":"\#($0)""# } ?? #""a":"b""#
        let unfinished = hasRun ? "" : #","volatile.apply_template":"create""#
        let used = hasRun ? "2026-01-02T03:04:05Z" : "1970-01-01T00:00:00Z"
        return .prints(
            #"{"name":"web-1","location":"DEV-00","status":"\#(status)","type":"container","last_used_at":"\#(used)","#
                + #""config":{\#(mark)\#(unfinished)},"devices":{"gpu":{"type":"gpu"}},"profiles":["default"]}"#
        )
    }
}

@Suite struct ChangeInstanceTests {
    private let inside = ScriptedRunner()
    private func bench() throws -> Bench { try Bench(provider: StubProvider(inside: ["DEV-00": inside])) }

    @Test func onlyTheUnitsOwnIsRemoved() async throws {
        let step = RemoveInstance("web-1", of: try UnitName("web"), on: try .dev(0))
        for (there, isDone) in [
            (Instance.shown(), false), (Instance.missing, true), (Instance.shown(unit: "db"), true),
            (Instance.shown(unit: nil), true),
        ] {
            inside.on(Instance.look, there)
            #expect(try await step.isDone(bench().context) == isDone)
        }
    }

    @Test func whatIsBusyIsRemovedWhenItIsNot() async throws {
        let delete = "lxc delete web-1 --force"
        let step = RemoveInstance("web-1", of: try UnitName("web"), on: try .dev(0))
        inside.on(delete, Instance.busy, Instance.busy, Instance.missing)
        try await step.run(bench().context)
        #expect(inside.lines == [delete, delete, delete])
        // It was off when the client looked, and runs when it deletes: LXD continued starting it.
        inside.on(delete, .ends(1, "Error: Instance is running"), .works)
        try await step.run(bench().context)
        // A killed run's removal ends while this one is under way, and each part of it fails in its own way.
        inside.on("lxc query '/1.0/operations?recursion=1'", .works)
        inside.on(delete, .ends(1, "Error: The instance is already stopped"))
        inside.on(Instance.look, Instance.missing)
        try await step.run(bench().context)
        inside.on(Instance.look, Instance.shown())
        inside.on(delete, .ends(1, "Error: protected"))
        await #expect(throws: Failure.self) { try await step.run(bench().context) }
        inside.on(delete, Instance.busy)
        let failure = try await #require(throws: Failure.self) { try await step.run(bench().context) }
        #expect(failure.code == .timedOut && failure.message.contains("LXD to release web-1"))
    }
}

@Suite struct SwitchInstanceTests {
    private let inside = ScriptedRunner()
    private func bench() throws -> Bench { try Bench(provider: StubProvider(inside: ["DEV-00": inside])) }

    private func step(_ change: SwitchInstance.Change) throws -> SwitchInstance {
        SwitchInstance("web-1", on: try .dev(0), change, isForced: false)
    }

    @Test(arguments: [
        (SwitchInstance.Change.stop, "Stopped"), (.start, "Running"), (.pause, "Frozen"), (.resume, "Running"),
    ])
    func whatIsSoAlreadyIsDone(_ change: SwitchInstance.Change, _ status: String) async throws {
        for other in ["Running", "Stopped", "Frozen"] {
            inside.on(Instance.look, Instance.shown(other))
            if [.resume, .pause].contains(change) && other == "Stopped" {
                let failure = try await #require(throws: Failure.self) {
                    try await step(change).isDone(bench().context)
                }
                #expect(failure.message == "web-1 is stopped" && failure.code == .conflict)
            } else {
                #expect(try await step(change).isDone(bench().context) == (other == status))
            }
        }
        inside.on(Instance.look, Instance.missing)
        #expect(try await !step(change).isDone(bench().context))
    }
}
