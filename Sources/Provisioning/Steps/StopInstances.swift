/// Stops what runs on a member, so that it starts again with it: while the cluster still has a quorum, without which
/// LXD can stop nothing gracefully.
struct StopInstances: Step {
    /// How long LXD may take to say what runs; without a quorum it says nothing.
    private static let limit: Duration = .seconds(20)

    let title = "stop its instances"
    let name: MemberName

    var member: MemberName? { name }

    func isDone(_ context: PlanContext) async throws -> Bool {
        guard try await context.machine(name)?.state == .running else { return true }
        return try await running(context)?.isEmpty ?? false
    }

    func run(_ context: PlanContext) async throws {
        guard let running = try await running(context) else {
            context.remarks.add(
                "\(context.engine.title) on \(name) did not list its instances: they are killed with the machine"
            )
            return
        }
        // Also those that came after the plan was made.
        try running.checkNoEphemeralInstances()
        let (client, limit) = (context.client(in: name), context.limits.machine)
        try await withThrowingTaskGroup(of: Void.self) { group in
            for instance in running { group.addTask { try await context.pause(instance, client, limit: limit) } }
            try await group.waitForAll()
        }
    }

    /// What runs on the member; `nil` where its daemon cannot say.
    private func running(_ context: PlanContext) async throws -> [ClusterInstance]? {
        let client = context.client(in: name, limit: Self.limit)
        do {
            return try await client.instances(on: name.text).filter { $0.isRunning || $0.isFrozen }
        } catch let failure as Failure where failure.isNoAnswer {
            return nil
        }
    }
}
