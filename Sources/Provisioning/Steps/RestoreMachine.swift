/// Makes a member's machine what it was when a snapshot of it was taken; it is off before and afterwards.
struct RestoreMachine: Step {
    let title = "restore the snapshot"
    let name: MemberName
    let snapshot: SnapshotName

    var member: MemberName? { name }
    var lane: Lane? { .machines }

    /// A full copy of a disk takes its time.
    var expectedDuration: Duration? { .seconds(300) }

    /// Nothing on a machine says whether anything was written in it since.
    func isDone(_ context: PlanContext) async throws -> Bool { false }

    func run(_ context: PlanContext) async throws {
        try await context.provider.copies.restore(
            name, to: snapshot, of: context.store.state, limit: context.limits.machine)
        // Another step of this plan starts it.
        await context.machines.note(name, is: .stopped)
    }
}
