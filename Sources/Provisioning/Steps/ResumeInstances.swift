/// Starts what `stop` has stopped and no daemon's start has started again: a `stop` that was cut off leaves such.
struct ResumeInstances: Step {
    let title = "start its instances again"
    let first: MemberName

    let member: MemberName? = nil

    func isDone(_ context: PlanContext) async throws -> Bool { try await paused(context).isEmpty }

    func run(_ context: PlanContext) async throws {
        try await withThrowingTaskGroup(of: Void.self) { group in
            for instance in try await paused(context) {
                // Its own member: others reach that again only with LXD's next heartbeat.
                let home = MemberName(instance.location, of: first.cluster) ?? first
                group.addTask { try await context.client(in: home).resume(instance) }
            }
            try await group.waitForAll()
        }
    }

    private func paused(_ context: PlanContext) async throws -> [ClusterInstance] {
        try await context.client(in: first).instances().filter(\.isPaused)
    }
}
