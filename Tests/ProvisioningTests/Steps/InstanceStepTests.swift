import Testing

@testable import Provisioning

/// What LXD says of an instance.
enum Instance {
    static let look = "lxc query /1.0/instances/web-1"
    static let missing = ScriptedRunner.Answer.ends(1, "Error: Instance not found")
    static let busy = ScriptedRunner.Answer.ends(1, "Error: Instance is busy running a \"create\" operation")

    static func shown(
        _ status: String = "Running", unit: String? = "web", hasRun: Bool = true, config: String = ""
    ) -> ScriptedRunner.Answer {
        let mark = unit.map { #""user.bcm.unit":"\#($0)""# } ?? #""a":"b""#
        let unfinished = hasRun ? "" : #","user.bcm.unfinished":"true""#
        let used = hasRun ? "2026-01-02T03:04:05Z" : "1970-01-01T00:00:00Z"
        return .prints(
            #"{"name":"web-1","location":"DEV-00","status":"\#(status)","type":"container","last_used_at":"\#(used)","#
                + #""config":{\#(mark)\#(unfinished)\#(config)},"devices":{"gpu":{"type":"gpu"}},"profiles":["default"]}"#
        )
    }
}

@Suite struct ChangeInstanceTests {
    private let inside = ScriptedRunner()
    private func bench() throws -> Bench { try Bench(provider: StubProvider(inside: ["DEV-00": inside])) }

    private func form() throws -> InstanceForm {
        InstanceForm(try .web { $0.cores = 2 }, 1, image: "tiny", fixed: nil, isVM: false, in: .dev(1))
    }

    @Test func anEditTakesInWhatThereIsAndStartsWhatIsOff() async throws {
        inside.on(Instance.look, Instance.shown("Stopped", config: #","limits.cpu":"1","user.mine":"m""#))
        inside.on("lxc config edit web-1", .works)
        inside.on("lxc start web-1", .ends(1, "Error: The instance is already running"))
        let step = EditInstance("web-1", on: try .dev(0), try form(), starts: true)
        #expect(step.title == "change web-1")
        try await step.run(bench().context)
        #expect(inside.changes == ["lxc config edit web-1", "lxc start web-1"])
        let text = try #require(inside.last("lxc config edit web-1")?.input)
        for part in [#""limits.cpu" : "2""#, #""user.mine" : "m""#, #""gpu" : {"#, #""profiles" : ["#] {
            #expect(text.contains(part), "\(text)")
        }
    }

    @Test func whatIsOnlyOffIsOnlyStarted() async throws {
        inside.on("lxc start web-1", .works)
        let step = EditInstance("web-1", on: try .dev(0), nil, starts: true)
        #expect(step.title == "start web-1")
        try await step.run(bench().context)
        #expect(inside.lines == ["lxc start web-1"])
        inside.on("lxc start web-1", .ends(1, "Error: no"))
        await #expect(throws: Failure.self) { try await step.run(bench().context) }
    }

    @Test func whatRunsIsOnlyEdited() async throws {
        inside.on(Instance.look, Instance.shown())
        inside.on("lxc config edit web-1", .works)
        try await EditInstance("web-1", on: try .dev(0), try form(), starts: false).run(bench().context)
        #expect(inside.changes == ["lxc config edit web-1"])
    }

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

    private func step(_ change: SwitchInstance.Change, isForced: Bool = false) throws -> SwitchInstance {
        SwitchInstance("web-1", on: try .dev(0), change, isForced: isForced)
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

    @Test func aRestartIsNeverDone() async throws {
        inside.on(Instance.look, Instance.shown())
        #expect(try await !step(.restart).isDone(bench().context))
    }

    @Test(arguments: [
        (SwitchInstance.Change.stop, false, "lxc stop web-1 --timeout 30"), (.stop, true, "lxc stop web-1 --force"),
        (.start, false, "lxc start web-1"), (.pause, false, "lxc pause web-1"), (.resume, false, "lxc start web-1"),
        (.restart, false, "lxc restart web-1 --timeout 30"), (.restart, true, "lxc restart web-1 --force"),
    ])
    func eachHasItsWords(_ change: SwitchInstance.Change, _ isForced: Bool, _ line: String) async throws {
        inside.on(line, .works)
        let step = try step(change, isForced: isForced)
        #expect(step.title == "\(change.rawValue) web-1")
        try await step.run(bench().context)
        #expect(inside.changes == [line])
    }

    @Test func oneThatDoesNotEndIsNamedTheWayOut() async throws {
        inside.on("lxc stop web-1 --timeout 30", .ends(1, "Error: timed out"))
        let failure = try await #require(throws: Failure.self) { try await step(.stop).run(bench().context) }
        #expect(failure.hint == "--force does not wait")
    }
}
