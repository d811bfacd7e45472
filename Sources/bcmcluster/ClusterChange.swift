import Provisioning

/// A plan that changes a cluster that there is: read, reviewed or run under its lock, and reported.
struct ClusterChange {
    let invocation: Invocation
    let world: World
    /// The command, as the user types it.
    let command: String
    /// What a row of the table says when nothing is left to do.
    let rowOutcome: String
    /// The steps, from what there is.
    let plan: (ClusterState, PlanContext) async throws -> Plan
    /// Whether the run may begin, once the steps are known.
    var mayBegin: (Plan) throws -> Bool = { _ in true }
    /// The exit status where every step ended well.
    var goodStatus: () -> Int32 = { 0 }
    /// The snapshot that it is about, if it is about one.
    var snapshot: SnapshotName?
    /// Whether it ends what left a cluster incompletely restored; all others wait for that.
    var endsHalfRestored = false
    /// What becomes of each object of a unit, once the steps are known.
    var changes: () -> [UnitChange] = { [] }
    /// What to do after a run that has not ended well, from what it has done, where the same command does not simply
    /// continue.
    var goOn: (Plan, PlanOutcome) -> String? = { _, _ in nil }

    /// Does all of it, and says the sentence that is made from whether anything was changed and how long it took.
    func run(saying sentence: (_ isChanged: Bool, _ took: Duration) -> String) async throws -> Int32 {
        let name = try invocation.cluster(world.environment)
        _ = try (invocation.parallel(), invocation.limits())
        let state = try usable(name)
        if let recorder = world.recorder {
            let headline = "Plan of bcmcluster \(command) -c \(name)."
            try await execution(state, world).review(recorder, headline: headline, command: command)
            return 0
        }
        let folder = world.folder(name)
        let lock = try await world.lock(folder, command: "\(command) -c \(name)", invocation)
        return try await lock.whileHeld {
            let log = try world.openLog(folder, command: command.replacing(" ", with: "-"))
            let world = world.logging(to: log)
            // Read again under the lock: another run may have changed it.
            let execution = try await execution(try usable(name), world)
            guard try mayBegin(execution.plan) else {
                world.terminal.say("nothing was changed")
                return try world.unchanged(command, name, 1, invocation)
            }
            let start = world.time.elapsed
            let outcome = try await execution.run(log)
            let took = world.time.elapsed - start
            let words = [command, "-c \(name)"] + invocation.operands
            let goOn = goOn(execution.plan, outcome) ?? "re-run bcmcluster \(words.joined(separator: " ")) to resume"
            let status = try await execution.report(
                command, outcome, log: log, took: took, goOn: goOn, goodStatus: goodStatus())
            if outcome.succeeded { world.terminal.say(sentence(!outcome.done.isEmpty, took)) }
            return status
        }
    }

    /// The state; one of a cluster that is being destroyed is of no use.
    private func usable(_ name: ClusterName) throws -> ClusterState {
        let state = try world.standing(name)
        guard state.isDeleting != true else {
            throw Failure(
                .conflict, "deletion of \(name) is incomplete",
                hint:
                    "finish it with bcmcluster destroy -c \(name), or recreate the cluster with bcmcluster up -c \(name)"
            )
        }
        if !endsHalfRestored, let failure = state.isHalfRestored { throw failure }
        return state
    }

    private func execution(_ state: ClusterState, _ world: World) async throws -> PlanExecution {
        let provider = try world.provider(for: state, purges: invocation.values[.purge] != nil)
        let remarks = try await world.check(provider, for: state)
        let context = world.context(
            state, provider: provider, sources: SettingSources(flags: [:], environment: world.environment),
            limits: try invocation.limits())
        let plan = try await plan(state, context)
        return PlanExecution(
            plan: plan, context: context, world: world, invocation: invocation, cluster: state.name,
            rowOutcome: rowOutcome, remarks: remarks, snapshot: snapshot, changes: changes())
    }
}
