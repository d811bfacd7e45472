import Provisioning

/// AsyncSemaphore a cluster's machines off: `bcmcluster stop`.
struct StopCommand {
    let invocation: Invocation
    let world: World

    func run() async throws -> Int32 {
        let name = try invocation.cluster(world.environment)
        return try await ClusterChange(
            invocation: invocation, world: world, command: "stop", rowOutcome: "stopped",
            plan: { state, context in
                try await StopPlan.check(context)
                return StopPlan.plan(for: state, try await ClusterInspector(context, .roles).status())
            }
        ).run { isChanged, took in
            isChanged
                ? "cluster \(name) stopped (\(took.brief)); start it with bcmcluster start -c \(name)"
                : "cluster \(name) is stopped, unchanged"
        }
    }
}
