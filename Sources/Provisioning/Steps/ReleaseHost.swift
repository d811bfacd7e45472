/// Takes away what the machines of the cluster shared.
struct ReleaseHost: Step {
    let title = "release the host"
    let member: MemberName? = nil

    func isDone(_ context: PlanContext) async throws -> Bool {
        try await context.provider.isReleased(context.store.record)
    }

    func run(_ context: PlanContext) async throws { try await context.provider.release(context.store.record) }
}
