import Testing

@testable import Provisioning

@Suite struct MakeInstanceTests {
    private let inside = ScriptedRunner()
    private let launch = "lxc launch f00 web-1 --target DEV-00 --quiet"
    private let delete = "lxc delete web-1 --force"

    private func bench() throws -> Bench { try Bench(provider: StubProvider(inside: ["DEV-00": inside])) }

    private func step(isVM: Bool = false) throws -> MakeInstance {
        let unit = try Unit.web { $0.environment = ["A": "1"] }
        let form = InstanceForm(unit, 1, image: "tiny", fixed: nil, isVM: isVM, in: .dev(1))
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
