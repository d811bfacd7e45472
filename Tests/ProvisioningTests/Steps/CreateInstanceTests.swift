import Testing

@testable import Provisioning

@Suite struct MakeInstanceTests {
    private let inside = ScriptedRunner()
    private let launch = "lxc launch f00 web-1 --target DEV-00 --quiet"
    private let delete = "lxc delete web-1 --force"
    private let finish =
        "lxc query --request PATCH --data '{\"config\":{\"user.bcm.unfinished\":\"\"}}' /1.0/instances/web-1"
    private let log = "lxc info web-1 --show-log"

    private func bench() throws -> Bench {
        inside.on(finish, .works)
        inside.on(log, .prints("Name: web-1\n\nLog:\n\nlxc web-1 ERROR no such bridge\n"))
        return try Bench(provider: StubProvider(inside: ["DEV-00": inside]))
    }

    private func step(isVM: Bool = false) throws -> CreateInstance {
        let unit = try Unit.web { $0.environment = ["A": "1"] }
        let form = InstanceForm(unit, 1, image: "tiny", fixed: nil, isVM: isVM, in: .dev(1))
        return CreateInstance(
            "web-1", of: unit.name, on: try .dev(0), form, from: ImageFingerprintProvider("tiny", "f00"))
    }

    @Test func whatCouldNotBeStartedIsTakenAwayAgain() async throws {
        inside.on(launch, .ends(1, "Error: Failed to start: no such bridge"))
        inside.on(Instance.look, Instance.shown("Stopped", hasRun: false))
        inside.on(delete, Instance.busy, .works)
        let bench = try bench()
        let failure = try await #require(throws: Failure.self) { try await step().run(bench.context) }
        #expect(failure.output?.hasSuffix("lxc web-1 ERROR no such bridge") ?? false, "its own log, which goes with it")
        #expect(inside.changes == [launch, delete, delete], "LXD goes on making it for a while")
        #expect(inside.last(delete)?.outlivesCancellation == true)
        #expect(inside.last(Instance.look)?.outlivesCancellation == true)
    }

    @Test(arguments: [
        Instance.shown(), Instance.shown("Stopped"), Instance.shown("Stopped", unit: "db", hasRun: false),
        Instance.shown(hasRun: false),
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
        let failure = try await #require(throws: Failure.self) { try await step().run(bench().context) }
        #expect(failure.code == .interrupted)
        #expect(inside.changes == [launch, delete])
    }

    // MARK: What is there already

    private let taken = ScriptedRunner.Answer.ends(1, "Error: Instance \"web-1\" already exists")

    @Test func whatAKilledRunLeftUnstartedIsMadeAnew() async throws {
        inside.on(launch, taken, .works)
        inside.on(Instance.look, Instance.shown("Stopped", hasRun: false))
        inside.on(delete, Instance.busy, .works)
        try await step().run(bench().context)
        #expect(inside.changes == [launch, delete, delete, launch, finish])
    }

    @Test func whatLXDIsMakingForAKilledRunIsWaitedForAndMadeAnew() async throws {
        inside.on(
            launch, .ends(1, "Error: Failed creating instance record: Instance is busy running a \"create\" operation"),
            taken, .works)
        inside.on("lxc query '/1.0/operations?recursion=1'", .works)
        inside.on(Instance.look, Instance.shown("Stopped", hasRun: false))
        inside.on(delete, .works)
        try await step().run(bench().context)
        #expect(inside.changes == [launch, launch, delete, launch, finish])
    }

    @Test(arguments: [Instance.shown(unit: "db"), Instance.shown(unit: nil), Instance.missing])
    func whatIsSomebodyElsesStays(_ there: ScriptedRunner.Answer) async throws {
        inside.on(launch, taken)
        inside.on(Instance.look, there)
        let failure = try await #require(throws: Failure.self) { try await step().run(bench().context) }
        #expect(failure.output?.contains("already exists") ?? false)
        #expect(inside.changes == [launch])
    }
}
