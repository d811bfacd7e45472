/// Sets `core.https_address` of a member back to the address at which its cluster expects the API.
struct SetAPIAddress: Step {
    let title = "set core.https_address"
    let name: MemberName

    var member: MemberName? { name }

    func isDone(_ context: PlanContext) async throws -> Bool {
        try await context.client(in: name).server().addressMismatch == nil
    }

    func run(_ context: PlanContext) async throws {
        let client = context.client(in: name)
        guard let address = try await client.server().addressMismatch else { return }
        context.lastStart.note(context.time.elapsed)
        try await client.setServer("core.https_address", to: address.expected)
        context.lastStart.note(context.time.elapsed)
    }
}
