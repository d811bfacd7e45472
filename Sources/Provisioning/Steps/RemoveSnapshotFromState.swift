/// Removes what is kept about a snapshot of which nothing is left.
struct RemoveSnapshotFromState: Step {
    let title = "remove the snapshot from the state"
    let member: MemberName? = nil
    let snapshot: SnapshotName

    func isDone(_ context: PlanContext) async throws -> Bool {
        try context.files.kind(of: context.folder.snapshot(snapshot)) == nil
    }

    func run(_ context: PlanContext) async throws {
        try context.files.remove(context.folder.snapshot(snapshot))
        try context.files.removeEmptyFolder(context.folder.snapshots)
    }
}
