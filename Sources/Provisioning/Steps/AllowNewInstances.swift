/// Gives a member the scheduling back that it had, where it has not left its cluster.
struct AllowNewInstances: Step {
    let title = "allow new instances on it again"
    let name: MemberName
    /// The member that is asked.
    let respondingMember: MemberName

    var member: MemberName? { name }

    func isDone(_ context: PlanContext) async throws -> Bool {
        let client = context.client(in: respondingMember)
        guard let entry = try await client.member(named: name.text) else { return true }
        return !entry.isClosed
    }

    func run(_ context: PlanContext) async throws {
        try await context.client(in: respondingMember).openMember(name.text)
    }
}
