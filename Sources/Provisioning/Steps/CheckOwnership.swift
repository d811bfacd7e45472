/// Checks that machines and state are one cluster's, before anything is removed.
struct CheckOwnership: Step {
    let title = "check the machines' owner"
    let member: MemberName? = nil

    /// It changes nothing.
    func isDone(_ context: PlanContext) async throws -> Bool {
        try await context.provider.ownershipCheck?.checkOwnership(of: context.store.state)
        return true
    }

    func run(_ context: PlanContext) async throws {}
}
