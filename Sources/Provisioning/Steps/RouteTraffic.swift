/// Lets what the machines send reach the outside, and each other where the host's firewalls see that.
struct RouteTraffic: Step {
    let title = "route the machines' traffic"
    let member: MemberName? = nil

    func isDone(_ context: PlanContext) async throws -> Bool {
        try await context.provider.sharedNetwork?.isRouted(context.store.state) ?? true
    }

    /// What is missing of the network is a finding of its own.
    func isUnfinished(_ context: PlanContext) async throws -> Bool { false }

    func run(_ context: PlanContext) async throws {
        try await context.provider.sharedNetwork?.route(context.store.state)
    }
}
