/// Takes a snapshot of a member's machine, which is off.
struct TakeSnapshot: Step {
    let title = "take the snapshot"
    let name: MemberName
    let snapshot: SnapshotName
    let copies: SnapshotCopies

    var member: MemberName? { name }
    var lane: Lane? { .machines }

    /// A full copy of a disk takes its time.
    var expectedDuration: Duration? { .seconds(300) }

    /// One that is there already may be of another time than those of the others.
    func isDone(_ context: PlanContext) async throws -> Bool { false }

    func run(_ context: PlanContext) async throws {
        let bytes = try await context.provider.copies.take(
            snapshot, of: name, in: context.store.state, limit: context.limits.machine)
        copies.note(bytes, of: name)
    }
}
