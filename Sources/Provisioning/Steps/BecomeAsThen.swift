/// Makes the record what it was when a snapshot was taken: from here on all machines are of one time again.
struct BecomeAsThen: Step {
    let title = "write the record of then"
    let member: MemberName? = nil
    let saved: SavedCluster

    func isDone(_ context: PlanContext) async throws -> Bool {
        try await context.store.record == state(context)
    }

    func run(_ context: PlanContext) async throws {
        let state = try await state(context)
        try await context.store.update { $0 = state }
    }

    /// The state of then, with the hosts of now that hold copies of other snapshots.
    private func state(_ context: PlanContext) async throws -> ClusterRecord {
        let record = await context.store.record
        var state = record.becoming(saved)
        for entry in record.spread ?? [] where !state.hosts.contains(entry.host) {
            if try await context.provider.part(on: entry.host).holdsCopies(of: record) { state.take(entry) }
        }
        return state
    }
}
