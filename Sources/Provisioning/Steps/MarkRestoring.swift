/// Marks the cluster as restoring a snapshot, before a machine does, with every machine of the present and of the snapshot.
struct MarkRestoring: Step {
    let title = "mark the cluster as restoring"
    let member: MemberName? = nil
    let state: ClusterState

    func isDone(_ context: PlanContext) async throws -> Bool { await context.store.state == state }

    func run(_ context: PlanContext) async throws {
        let state = state
        try await context.store.update { $0 = state }
    }
}
