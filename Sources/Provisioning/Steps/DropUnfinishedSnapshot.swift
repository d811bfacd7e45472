/// Deletes a snapshot that has not become whole, also where a machine's copy has failed.
struct DropUnfinishedSnapshot: Step {
    let title = "check that the snapshot is whole, or delete it"
    let member: MemberName? = nil
    let snapshot: SnapshotName

    /// In a review nothing fails.
    func isDone(_ context: PlanContext) async throws -> Bool {
        if StepScope.isReview { return true }
        let record = await context.store.record
        return try await context.provider.snapshots(of: record)[snapshot]?
            .isSuperset(of: record.members.map(\.name)) ?? true
    }

    func run(_ context: PlanContext) async throws {
        try await context.provider.delete(snapshot, of: context.store.record, limit: context.limits.machine)
    }
}
