/// Keeps in the state that a trusted client is the user's own, so that `status` no longer reports it.
struct AcceptClient: Step {
    let member: MemberName? = nil
    let client: TrustedClient

    var title: String { "accept the trusted client \(client.shortFingerprint)" }

    func isDone(_ context: PlanContext) async throws -> Bool {
        await context.store.state.clients?.contains(client.fingerprint) ?? false
    }

    func run(_ context: PlanContext) async throws {
        let fingerprint = client.fingerprint
        try await context.store.update { $0.clients = Set(($0.clients ?? []) + [fingerprint]).sorted() }
    }
}
