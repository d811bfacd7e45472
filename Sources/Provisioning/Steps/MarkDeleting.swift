/// Marks the cluster as deleting, before anything of it does: what is left of it later cannot be repaired.
///
/// A full disk does not stop the removal, which frees space.
struct MarkDeleting: Step {
    let title = "mark the cluster as deleting"
    let member: MemberName? = nil

    func isDone(_ context: PlanContext) async throws -> Bool { await context.store.state.isDeleting == true }

    func run(_ context: PlanContext) async throws {
        guard let failure = await context.store.updateRegardless({ $0.isDeleting = true }) else { return }
        context.remarks.add(
            "the state could not be marked as deleting: \(failure.message); if the removal does not end, re-run "
                + "bcmcluster destroy -c \(context.folder.cluster)")
    }
}
