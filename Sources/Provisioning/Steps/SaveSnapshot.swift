/// Marks a snapshot as complete, with the current state.
struct SaveSnapshot: Step {
    let title = "save the snapshot"
    let member: MemberName? = nil
    let snapshot: SnapshotName
    let copies: SnapshotCopies

    func isDone(_ context: PlanContext) async throws -> Bool {
        try context.files.kind(of: context.folder.snapshot(snapshot)) != nil
    }

    func run(_ context: PlanContext) async throws {
        try SavedCluster(
            taken: context.time.secondsSince1970, state: await context.store.state, bytes: copies.bytes,
            isClone: copies.isShared
        ).write(snapshot, in: context.folder, context.files)
    }
}
