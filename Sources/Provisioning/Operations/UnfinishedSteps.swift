/// What `up` would still do to a cluster, asked of its own plan: nothing is changed by that.
struct UnfinishedSteps {
    let state: ClusterState
    let context: PlanContext
    /// How long all steps get to answer: one that does not in time counts as done.
    let limit: Duration

    /// The steps that are left, in the order of the plan.
    func all() async -> [any Step<PlanContext>] {
        if state.isDeleting == true || state.incompleteRestoreFailure != nil { return [] }
        let steps = UpPlan.plan(for: state, decided: state.decided).entries.map(\.step)
        return await Engine.$current.withValue(context.engine) {
            await withTaskGroup(of: (Int, Bool)?.self) { group in
                for (index, step) in steps.enumerated() {
                    group.addTask { (index, (try? await step.isUnfinished(context)) ?? false) }
                }
                group.addTask {
                    try? await context.time.sleep(limit)
                    return nil
                }
                var left: Set<Int> = []
                for _ in steps {
                    guard let next = await group.next(), let (index, isLeft) = next else { break }
                    if isLeft { left.insert(index) }
                }
                group.cancelAll()
                return left.sorted().map { steps[$0] }
            }
        }
    }
}

extension ClusterInspector {
    /// How the cluster is, with what `up` has left undone.
    static func status(
        of state: ClusterState, _ context: PlanContext, _ depth: Depth, unfinishedWithin limit: Duration
    ) async throws -> ClusterStatus { ClusterStatus(try await observation(of: state, context, depth, limit)) }

    static func observation(
        of state: ClusterState, _ context: PlanContext, _ depth: Depth, _ limit: Duration
    ) async throws -> ClusterObservation {
        async let steps = UnfinishedSteps(state: state, context: context, limit: limit).all()
        async let drift = depth.isFull ? ClusterDrift(state: state, context: context, limit: limit).all() : []
        var observation = try await ClusterInspector(context, depth).observation()
        observation.unfinished = await steps.map(\.titleForUsers)
        observation.drift = await drift
        return observation
    }
}
