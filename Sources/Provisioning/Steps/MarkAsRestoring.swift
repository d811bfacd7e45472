/// Writes down that the cluster goes back to a snapshot, before a machine does, with every machine of now and of then.
struct MarkAsRestoring: Step {
    let title = "write down that the cluster goes back"
    let member: MemberName? = nil
    let record: ClusterRecord

    func isDone(_ context: PlanContext) async throws -> Bool { await context.store.record == record }

    func run(_ context: PlanContext) async throws {
        let record = record
        try await context.store.update { $0 = record }
    }
}
