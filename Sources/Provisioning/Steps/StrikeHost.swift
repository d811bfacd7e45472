/// Removes a host from the state on which nothing of the cluster is left; one that holds copies of snapshots stays, as
/// nothing would find them again.
struct StrikeHost: Step {
    let member: MemberName? = nil
    let host: HostName

    var title: String { "strike the host \(host) from the record" }

    func isDone(_ context: PlanContext) async throws -> Bool {
        let record = await context.store.record
        guard record.hosts.contains(host) else { return true }
        guard try await context.provider.part(on: host).holdsCopies(of: record) else { return false }
        context.remarks.add(
            "\(host) stays a host of \(record.name): it holds copies of snapshots (bcmcluster snapshot list -c \(record.name))"
        )
        return true
    }

    func run(_ context: PlanContext) async throws {
        let host = host
        try await context.store.update { record in
            guard record.members(on: host).isEmpty else { return }
            record.spread?.removeAll { $0.host == host }
        }
    }
}
