import Provisioning

/// Plays a scenario to its end, and holds it to the promises.
final class Story: @unchecked Sendable {
    /// How long a run may take, with all of its waits at their limits.
    private static let longest: Duration = .seconds(10 * 3600)
    /// How many further runs without trouble a promise may take.
    static let timeout = 3

    let scenario: Scenario
    let world: World
    private(set) var runs = 0
    private(set) var removed = 0
    /// Whether the cluster became whole, or the user was told what stood in the way.
    private(set) var isComplete = false
    /// Why the last run said that the cluster cannot become whole without the user.
    private var excuse: String?
    /// What in the end kept the cluster from becoming whole.
    private(set) var hindrance: String?
    private let persons: Persons
    private let cluster: ClusterName

    init(_ scenario: Scenario, isTraced: Bool = false) throws {
        self.scenario = scenario
        cluster = try ClusterName("DEV")
        world = World(seed: scenario.seed, traits: scenario.traits, isTraced: isTraced)
        persons = Persons(world)
    }

    /// Plays it; what was broken is in `world.violations`.
    func play() {
        let ended = world.clock.run(atMost: .seconds(1_000_000 - 1)) { await self.tell() }
        if !ended { world.violated("something waits for ever") }
    }

    private func tell() async {
        for action in scenario.actions {
            await act(action)
            check(.always)
        }
        if scenario.isFinished { await finish() }
        await cleanUp()
    }

    private func act(_ action: Action) async {
        world.note("== \(action)")
        switch action.kind {
        case .up, .destroy: _ = await run(action.kind, action.faults)
        case .person(let deed):
            // What a run that was cut off has set going ends first.
            try? await world.clock.sleep(.seconds(5))
            perform(deed)
        }
    }

    /// `up` again and again, with nothing that disturbs it.
    private func finish() async {
        // A machine that hangs for minutes disturbs a run as well.
        for _ in 0..<Self.timeout + world.traits.hungMachines.count {
            world.note("== up, undisturbed")
            isComplete = await run(.up(further: nil), [])
            if isComplete { return }
            check(.always)
        }
        hindrance = excuse?.replacing(#/DEV-\d+/#, with: "DEV-n") ?? (isBeyondRepair ? "what no run can repair" : nil)
        if hindrance == nil { world.violated("\(Self.timeout) undisturbed runs of up did not finish the cluster") }
    }

    private func cleanUp() async {
        for _ in 0..<Self.timeout {
            world.note("== destroy, undisturbed")
            if await run(.destroy, []) { return }
            check(.always)
        }
        world.violated("\(Self.timeout) undisturbed runs of destroy did not remove the cluster")
    }

    /// Runs the tool once; true where it says that it has succeeded, which is then checked.
    private func run(_ kind: Action.Kind, _ faults: [Fault]) async -> Bool {
        runs += 1
        excuse = nil
        let process = SimulatedProcess(faults: faults)
        let run = SimulatedRun(world, process, cluster: cluster)
        let start = world.clock.elapsed
        let task = Task(executorPreference: world.clock) {
            if case .up(let further) = kind { await run.up(further: further) } else { await run.destroy() }
        }
        process.stop = { task.cancel() }
        let ending = await task.value
        removed += process.removed
        world.note("== \(ending)")
        if world.clock.elapsed - start > Self.longest {
            world.violated("the run took \((world.clock.elapsed - start).brief)")
        }
        switch ending {
        case .killed: return false
        case .failed(let failures):
            for failure in failures { judge(failure) }
            return false
        case .succeeded:
            check(kind == .destroy ? .gone : .whole)
            return true
        }
    }

    /// What is said to the user holds no secret, and says what the user has to do.
    private func judge(_ failure: Failure) {
        for text in [failure.message, failure.command, failure.output, failure.hint] {
            world.searchForSecrets(text ?? "", in: "an error")
        }
        if failure.code == .conflict && !failure.message.contains("has no address") { excuse = failure.message }
    }

    private func perform(_ deed: Action.Deed) {
        persons.perform(deed, world, cluster)
    }

    private enum Moment { case always, whole, gone }

    private func check(_ moment: Moment) {
        persons.check(world)
        switch moment {
        case .always: break
        case .whole: Promises.whole(world, cluster, hasChosenRemote: persons.hasChosenRemote)
        case .gone:
            Promises.gone(world, cluster, persons.defaultRemote)
            persons.hasChosenRemote = false
        }
    }

    /// What no run can repair: a member whose address moved, a cluster whose voters are lost.
    private var isBeyondRepair: Bool {
        world.ours.contains { machine in
            machine.setUpAt > world.clock.elapsed || machine.daemon.home.map { $0 != machine.address } ?? false
                || machine.daemon.cluster.map { !world.hasQuorum($0) } ?? false
        } || persons.hasLostFirst
    }
}
