/// Checks that copies are possible and fit, before anything is stopped for them.
struct CheckRoom: Step {
    enum Purpose {
        /// The machines, whose copies are noted there.
        case taking(SnapshotCopies)
        /// A snapshot, back.
        case restoring
    }

    let title = "check free disk space"
    let member: MemberName? = nil
    let snapshot: SnapshotName
    let purpose: Purpose

    /// Who else uses the room may have done so since.
    func isDone(_ context: PlanContext) async throws -> Bool { false }

    func run(_ context: PlanContext) async throws {
        let (state, limit) = (await context.store.state, context.limits.machine)
        switch purpose {
        case .taking(let copies):
            let room = try await context.provider.copies.room(for: snapshot, of: state, limit: limit)
            try room.check()
            copies.note(room)
        case .restoring:
            try await context.provider.copies.room(toRestore: snapshot, of: state, limit: limit).check()
        }
    }
}
