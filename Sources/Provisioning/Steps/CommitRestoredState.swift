/// Makes the state what it was when a snapshot was taken: from here on all machines are of one time again.
struct CommitRestoredState: Step {
    let title = "write the state of the snapshot"
    let member: MemberName? = nil
    let saved: SavedCluster

    func isDone(_ context: PlanContext) async throws -> Bool {
        try await context.store.state == restored(context)
    }

    func run(_ context: PlanContext) async throws {
        let restored = try await restored(context)
        try await context.store.update { $0 = restored }
    }

    /// The state of the snapshot, with the hosts of now that hold copies of other snapshots.
    private func restored(_ context: PlanContext) async throws -> ClusterState {
        let state = await context.store.state
        var restored = state.becoming(saved)
        for entry in state.spread ?? [] where !restored.hosts.contains(entry.host) {
            if try await context.provider.part(on: entry.host).holdsCopies(of: state) { restored.take(entry) }
        }
        return restored
    }
}
