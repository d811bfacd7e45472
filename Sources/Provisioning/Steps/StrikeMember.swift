/// Strikes a member, of which nothing is left, from the record, and removes its files.
struct StrikeMember: Step {
    let title = "strike it from the record"
    let name: MemberName

    var member: MemberName? { name }

    func isDone(_ context: PlanContext) async throws -> Bool { await context.store.record.member(name) == nil }

    /// Only the world, asked after the removal, can say that nothing is left: an answer on the way may have been cut off.
    func run(_ context: PlanContext) async throws {
        let record = await context.store.record
        let machines = StepScope.isReview ? [:] : try await context.provider.machines(of: record)
        guard machines[name] == nil else {
            throw Failure(
                .conflict, "the machine \(name) is still there",
                remedy: "run the same command again: the record names it until it is gone")
        }
        try context.files.remove(context.folder.endpoint(name))
        try await context.store.update { record in record.members.removeAll { $0.name == name } }
    }
}
