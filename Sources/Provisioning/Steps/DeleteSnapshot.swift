/// Deletes a snapshot, or what is left of one.
struct DeleteSnapshot: Step {
    var title = "delete the snapshot"
    let member: MemberName? = nil
    let snapshot: SnapshotName

    func isDone(_ context: PlanContext) async throws -> Bool {
        try await context.provider.copies.snapshots(of: context.store.state)[snapshot] == nil
    }

    func run(_ context: PlanContext) async throws {
        try await context.provider.copies.delete(snapshot, of: context.store.state, limit: context.limits.machine)
    }
}
