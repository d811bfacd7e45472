/// Strikes a host from the record on which nothing of the cluster is left.
struct StrikeHost: Step {
    let member: MemberName? = nil
    let host: HostName

    var title: String { "strike the host \(host) from the record" }

    func isDone(_ context: PlanContext) async throws -> Bool { await !context.store.record.hosts.contains(host) }

    func run(_ context: PlanContext) async throws {
        let host = host
        try await context.store.update { record in
            guard record.members(on: host).isEmpty else { return }
            record.spread?.removeAll { $0.host == host }
        }
    }
}
