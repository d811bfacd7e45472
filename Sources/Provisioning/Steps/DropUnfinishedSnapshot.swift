/// Deletes a snapshot that has not become whole, also where a machine's copy has failed.
struct DropUnfinishedSnapshot: Step {
    let title = "check that the snapshot is complete, or delete it"
    let member: MemberName? = nil
    let snapshot: SnapshotName

    func isDone(_ context: PlanContext) async throws -> Bool {
        let state = await context.store.state
        return try await StepScope.outcome(assuming: true) {
            try await context.provider.copies.snapshots(of: state)[snapshot]?.isSuperset(of: state.members.map(\.name))
                ?? true
        }
    }

    func run(_ context: PlanContext) async throws {
        try await context.provider.copies.delete(snapshot, of: context.store.state, limit: context.limits.machine)
    }
}
