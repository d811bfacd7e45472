/// Points the cluster's remote at the address that its member has now.
struct UpdateRemoteAddress: Step {
    var title: String { "update the address of the \(Engine.current.client) remote" }
    let name: MemberName

    var member: MemberName? { name }

    func isDone(_ context: PlanContext) async throws -> Bool {
        // While another run writes the configuration, it looks as if there were no remotes.
        let present = try await context.withClientLock { try await context.remotes.all() }
        guard let remote = present[name.text] else { return true }
        return remote.address == (try await context.url(of: name))
    }

    func run(_ context: PlanContext) async throws {
        let address = try await context.url(of: name)
        try await context.withClientLock { try await context.remotes.setAddress(of: name.text, to: address) }
    }
}
