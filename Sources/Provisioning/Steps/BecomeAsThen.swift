/// Makes the record what it was when a snapshot was taken: from here on all machines are of one time again.
struct BecomeAsThen: Step {
    let title = "write the record of then"
    let member: MemberName? = nil
    let saved: SavedCluster

    func isDone(_ context: PlanContext) async throws -> Bool {
        let record = await context.store.record
        return record == record.becoming(saved)
    }

    func run(_ context: PlanContext) async throws {
        let saved = saved
        try await context.store.update { $0 = $0.becoming(saved) }
    }
}
