/// Strikes a member, of which nothing is left, from the record, and removes its files.
struct StrikeMember: Step {
    let title = "strike it from the record"
    let name: MemberName

    var member: MemberName? { name }

    func isDone(_ context: PlanContext) async throws -> Bool { await context.store.record.member(name) == nil }

    func run(_ context: PlanContext) async throws {
        try context.files.remove(context.folder.endpoint(name))
        try await context.store.update { record in record.members.removeAll { $0.name == name } }
    }
}
