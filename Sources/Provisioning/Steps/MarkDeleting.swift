/// Marks the cluster as deleting, before anything of it does: what is left of it later cannot be repaired.
struct MarkDeleting: Step {
    let title = "mark the cluster as deleting"
    let member: MemberName? = nil

    func isDone(_ context: PlanContext) async throws -> Bool { await context.store.state.isDeleting == true }

    func run(_ context: PlanContext) async throws { try await context.store.update { $0.isDeleting = true } }
}
