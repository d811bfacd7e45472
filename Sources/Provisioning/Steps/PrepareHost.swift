/// Puts in place what all machines of the cluster share, such as a bridge.
struct PrepareHost: Step {
    let title = "prepare the host"
    let member: MemberName? = nil

    func isDone(_ context: PlanContext) async throws -> Bool {
        try await context.provider.isPrepared(context.store.record)
    }

    func run(_ context: PlanContext) async throws { try await context.provider.prepare(context.store.record) }
}
