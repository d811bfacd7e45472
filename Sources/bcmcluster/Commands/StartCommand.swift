import Provisioning

/// AsyncSemaphore a cluster's machines on: `bcmcluster start`.
struct StartCommand {
    let invocation: Invocation
    let world: World

    func run() async throws -> Int32 {
        let name = try invocation.cluster(world.environment)
        return try await ClusterChange(
            invocation: invocation, world: world, command: "start", rowOutcome: "ready",
            plan: { state, _ in StartPlan.plan(for: state) }
        ).run { isChanged, took in
            isChanged
                ? "cluster \(name) is up (all members online, \(took.brief))"
                : "cluster \(name) is up, unchanged"
        }
    }
}
