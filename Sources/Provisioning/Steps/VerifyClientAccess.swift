/// Checks that the user's client gets an answer from the cluster by its remote.
struct VerifyClientAccess: Step {
    /// How long an answer may take.
    private static let timeout: Duration = .seconds(10)

    var title: String { "check that your \(Engine.current.client) reaches the cluster" }
    let name: MemberName

    var member: MemberName? { name }

    func isDone(_ context: PlanContext) async throws -> Bool { try await look(context) == .open }

    func run(_ context: PlanContext) async throws {
        let address = try await context.url(of: name)
        guard case .closed(let reason) = try await look(context) else { return }
        throw Failure(
            .unreachable, "your \(context.engine.client) does not reach \(address): \(reason)",
            hint: "allow TCP to \(address.replacing("https://", with: "")) in the firewall")
    }

    private func look(_ context: PlanContext) async throws -> ClientAccess {
        try await ClientAccess.look(at: context.url(of: name), of: name.text, limit: Self.timeout, context)
    }
}
