/// Gives an image of the cluster an alias, which another image may have had.
struct SetImageAlias: Step {
    var title: String { "set the image alias \(alias)" }
    let member: MemberName? = nil
    let alias: String
    let fingerprint: String
    /// The member that is asked.
    let respondingMember: MemberName

    func isDone(_ context: PlanContext) async throws -> Bool {
        try await context.client(in: respondingMember).imageAliases()[alias] == fingerprint
    }

    func run(_ context: PlanContext) async throws {
        try await context.client(in: respondingMember).setAlias(alias, to: fingerprint)
    }
}
