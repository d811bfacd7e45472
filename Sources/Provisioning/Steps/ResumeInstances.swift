/// Starts what `stop` has stopped and no daemon's start has started again: a `stop` that was cut off leaves such.
struct ResumeInstances: Step {
    let title = "start the instances that ran before"
    let first: MemberName

    let member: MemberName? = nil

    /// A cluster that is made by this plan has none.
    func isDone(_ context: PlanContext) async throws -> Bool {
        guard try await context.machine(first) != nil else { return true }
        return try await stopped(context).isEmpty
    }

    /// A stop that was interrupted is a finding of its own.
    func isUnfinished(_ context: PlanContext) async throws -> Bool { false }

    func run(_ context: PlanContext) async throws {
        try await withThrowingTaskGroup(of: Void.self) { group in
            for instance in try await stopped(context) {
                // Its own member: others reach that again only with LXD's next heartbeat.
                let home = MemberName(instance.location, of: first.cluster) ?? first
                group.addTask { try await context.resume(instance, context.client(in: home)) }
            }
            try await group.waitForAll()
        }
    }

    /// What is off and should run, what a killed run may be stopping still, and what is still marked so.
    private func stopped(_ context: PlanContext) async throws -> [ClusterInstance] {
        do {
            return try await context.client(in: first).instances().filter { $0.isPaused || $0.hasPausedMark }
        } catch let failure as Failure where StepScope.isReview && failure.isNoAnswer {
            // A cluster that a real run would start, or repair, first.
            return []
        }
    }
}
