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
        let used = hasRun ? "2026-01-02T03:04:05Z" : "1970-01-01T00:00:00Z"
        return .prints(
            #"{"name":"web-1","location":"DEV-00","status":"\#(status)","type":"container","last_used_at":"\#(used)","#
                + #""config":{\#(mark)\#(config)},"devices":{"gpu":{"type":"gpu"}},"profiles":["default"]}"#)
    }
}

@Suite struct MakeInstanceTests {
    private let inside = ScriptedRunner()
    private let launch = "lxc launch f00 web-1 --target DEV-00 --quiet"
    private let delete = "lxc delete web-1 --force"

    private func bench() throws -> Bench { try Bench(provider: StubProvider(inside: ["DEV-00": inside])) }

    private func step(isVM: Bool = false) throws -> MakeInstance {
        let unit = try Unit.web { $0.environment = ["A": "1"] }
        let form = InstanceForm(unit, 1, image: "tiny", door: nil, isVM: isVM, in: .dev(1))
        return MakeInstance("web-1", of: unit.name, on: try .dev(0), form, from: SuppliedImage("tiny", "f00"))
    }

    @Test func theFormGoesInOnStandardInput() async throws {
        inside.on(launch, .works)
        let step = try step()
        let bench = try bench()
        #expect(try await !step.isDone(bench.context))
        try await step.run(bench.context)
        #expect(inside.lines == [launch])
        #expect(inside.last(launch)?.input == (try step.form.launchText()))
        #expect(inside.last(launch)?.limit == bench.context.limits.machine && inside.last(launch)?.effect == .changes)
        #expect(step.title == "make web-1" && step.identifier == "DEV-00 make web-1" && step.lane == .machines)
        inside.on("\(launch) --vm", .works)
        try await self.step(isVM: true).run(bench.context)
    }

    @Test func whatCouldNotBeStartedIsTakenAwayAgain() async throws {
        inside.on(launch, .ends(1, "Error: Failed to start: no such bridge"))
        inside.on(Instance.look, Instance.shown("Stopped", hasRun: false))
        inside.on(delete, Instance.busy, .works)
        let bench = try bench()
        let failure = try await #require(throws: Failure.self) { try await step().run(bench.context) }
        #expect(failure.output?.contains("no such bridge") ?? false, "why it failed, not how it was tidied up")
        #expect(inside.changes == [launch, delete, delete], "LXD goes on making it for a while")
        #expect(inside.last(delete)?.outlivesCancellation == true)
        #expect(inside.last(Instance.look)?.outlivesCancellation == true)
    }

    @Test(arguments: [
        Instance.shown(), Instance.shown("Stopped"), Instance.shown("Stopped", unit: "db", hasRun: false),
        Instance.shown("Stopped", unit: nil, hasRun: false), Instance.missing,
    ])
    func nothingElseIsTakenAway(_ there: ScriptedRunner.Answer) async throws {
        inside.on(launch, .ends(1, "Error: timed out"))
        inside.on(Instance.look, there)
        await #expect(throws: Failure.self) { try await step().run(bench().context) }
        #expect(inside.changes == [launch])
    }

    @Test func whileTheDaemonIsAwayItIsAskedAgainWhatIsLeft() async throws {
        inside.on(launch, .ends(1, "Error: EOF"))
        inside.on(
            Instance.look, .ends(1, "dial unix /x/unix.socket: connect: connection refused"),
            Instance.shown("Stopped", hasRun: false))
        inside.on(delete, .works)
        let bench = try bench()
        await #expect(throws: Failure.self) { try await step().run(bench.context) }
        #expect(inside.changes == [launch, delete])
        inside.on(Instance.look, .ends(1, "dial unix /x/unix.socket: connect: connection refused"))
        await #expect(throws: Failure.self) { try await step().run(bench.context) }
        #expect(bench.time.elapsed <= .seconds(31), "and not for ever")
    }

    @Test func aRunThatIsCancelledLeavesNothing() async throws {
        inside.on(launch, .cancelled)
        inside.on(Instance.look, Instance.shown("Stopped", hasRun: false))
        inside.on(delete, .works)
        await #expect(throws: CancellationError.self) { try await step().run(bench().context) }
        #expect(inside.changes == [launch, delete])
    }

    // MARK: What is there already

    private let taken = ScriptedRunner.Answer.ends(1, "Error: Instance \"web-1\" already exists")

    @Test func whatAKilledRunLeftUnstartedIsMadeAnew() async throws {
        inside.on(launch, taken, .works)
        inside.on(Instance.look, Instance.shown("Stopped", hasRun: false))
        inside.on(delete, Instance.busy, .works)
        try await step().run(bench().context)
        #expect(inside.changes == [launch, delete, delete, launch])
    }

    @Test func whatAKilledRunHasStartedIsFine() async throws {
        inside.on(launch, taken)
        inside.on(Instance.look, Instance.shown())
        try await step().run(bench().context)
        #expect(inside.changes == [launch])
    }

    @Test(arguments: [Instance.shown(unit: "db"), Instance.shown(unit: nil), Instance.missing])
    func whatIsSomebodyElsesStays(_ there: ScriptedRunner.Answer) async throws {
        inside.on(launch, taken)
        inside.on(Instance.look, there)
        let failure = try await #require(throws: Failure.self) { try await step().run(bench().context) }
        #expect(failure.output?.contains("already exists") ?? false)
        #expect(inside.changes == [launch])
    }

    @Test func aSecondAttemptThatFailsLeavesNothingEither() async throws {
        inside.on(launch, taken, .ends(1, "Error: Failed to start"))
        inside.on(Instance.look, Instance.shown("Stopped", hasRun: false))
        inside.on(delete, .works)
        let failure = try await #require(throws: Failure.self) { try await step().run(bench().context) }
        #expect(failure.output?.contains("Failed to start") ?? false)
        #expect(inside.changes == [launch, delete, launch, delete])
    }
}

@Suite struct ChangeInstanceTests {
    private let inside = ScriptedRunner()
    private func bench() throws -> Bench { try Bench(provider: StubProvider(inside: ["DEV-00": inside])) }

    private func form() throws -> InstanceForm {
        InstanceForm(try .web { $0.cores = 2 }, 1, image: "tiny", door: nil, isVM: false, in: .dev(1))
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
        inside.on(delete, .ends(1, "Error: protected"))
        await #expect(throws: Failure.self) { try await step.run(bench().context) }
        inside.on(delete, Instance.busy)
        let failure = try await #require(throws: Failure.self) { try await step.run(bench().context) }
        #expect(failure.code == .timedOut && failure.message.contains("LXD to let go of web-1"))
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
            if change == .resume && other == "Stopped" {
                let failure = try await #require(throws: Failure.self) {
                    try await step(change).isDone(bench().context)
                }
                #expect(failure.message == "web-1 is off, not paused" && failure.code == .conflict)
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
        #expect(failure.remedy == "--force does not wait")
    }
}

@Suite struct AwaitInstanceTests {
    private let inside = ScriptedRunner()
    private let status = "lxc exec web-1 -T -- cloud-init status --long"
    private func bench() throws -> Bench {
        try Bench(provider: StubProvider(inside: ["DEV-00": inside]), limits: Limits(timeout: .seconds(3)))
    }

    private func wait(_ goal: WaitGoal) async throws -> Failure? {
        let bench = try bench()
        do {
            try await AwaitInstance("web-1", on: try .dev(0), goal).run(bench.context)
            return nil
        } catch let failure as Failure { return failure }
    }

    @Test(arguments: [
        ("running", WaitGoal.running), ("cloud-init", .cloudInit), ("tcp:1", .port(1)), ("tcp:65535", .port(65_535)),
    ])
    func goals(_ text: String, _ goal: WaitGoal) { #expect(WaitGoal(text) == goal) }

    @Test(arguments: [
        "", "tcp", "tcp:", "tcp:0", "tcp:65536", "tcp:-1", "tcp:+80", "tcp:80 ", "tcp: 80", "tcp:8o", "udp:80",
        "Running",
        "tcp:99999999999999999999", "cloudinit", "tcp:\u{663}",
    ])
    func noGoals(_ text: String) { #expect(WaitGoal(text) == nil) }

    @Test func untilItRuns() async throws {
        inside.on(Instance.look, Instance.missing, Instance.shown("Stopped"), Instance.shown())
        #expect(try await wait(.running) == nil && inside.lines.count == 3)
        inside.on(Instance.look, Instance.shown("Stopped"))
        let failure = try #require(try await wait(.running))
        #expect(failure.code == .timedOut && failure.message.contains("web-1 to run"))
        #expect(failure.remedy?.contains("bcmcluster unit logs") ?? false)
    }

    @Test func untilCloudInitHasEnded() async throws {
        inside.on(
            status, .ends(1, "Error: VM agent isn't currently running"), .prints("status: running\n"),
            .prints("status: done\nextended_status: done\n"))
        #expect(try await wait(.cloudInit) == nil && inside.lines.count == 3)
        inside.on(status, .prints("status: disabled\n"))
        #expect(try await wait(.cloudInit) == nil)
        // From 23.4 on it ends with status 2 where it had warnings, and is done all the same.
        inside.on(status, .result(CommandResult(.exited(2), output: "status: done\nextended_status: degraded done\n")))
        #expect(try await wait(.cloudInit) == nil)
    }

    @Test func whatCloudInitSaysWentWrongEndsTheWait() async throws {
        for answer: ScriptedRunner.Answer in [
            .result(CommandResult(.exited(1), output: "status: error\nextended_status: error - done\n")),
            .ends(127, "Error: Command not found"),
        ] {
            inside.on(status, answer)
            #expect(try await wait(.cloudInit)?.code == .commandFailed)
        }
    }

    @Test func untilAnyOfItsAddressesAnswersAtThePort() async throws {
        func address(_ text: String, _ family: String = "inet", _ scope: String = "global") -> String {
            #"{"address":"\#(text)","family":"\#(family)","scope":"\#(scope)"}"#
        }
        let state = "lxc query /1.0/instances/web-1/state"
        let network =
            #"{"network":{"lo":{"addresses":[\#(address("127.0.0.1", "inet", "local"))]},"#
            + #""eth1":{"addresses":[\#(address("10.2.0.2"))]},"#
            + #""eth0":{"addresses":[\#(address("fd00::2", "inet6")),\#(address("10.1.0.2"))]}}}"#
        inside.on(state, .prints(#"{"network":null}"#), .prints(network))
        func knock(_ address: String) -> String {
            ["bash", "-c", "exec 3<>\"/dev/tcp/$0/$1\"", address, "80"].map(Shell.quoted).joined(separator: " ")
        }
        inside.on(knock("10.1.0.2"), .ends(1, "bash: connect: Connection refused"))
        inside.on(knock("10.2.0.2"), .ends(1, "bash: connect: No route to host"), .works)
        #expect(try await wait(.port(80)) == nil)
        #expect(
            inside.lines.filter { $0.hasPrefix("bash") } == ["10.1.0.2", "10.2.0.2", "10.1.0.2", "10.2.0.2"].map(knock))
        inside.on(knock("10.2.0.2"), .ends(1, "bash: connect: No route to host"))
        #expect(try await wait(.port(80))?.message.contains("port 80 of web-1") ?? false)
    }
}
