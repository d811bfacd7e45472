/// Removes a host from the state on which nothing of the cluster is left; one that holds copies of snapshots stays, as
/// nothing would find them again.
struct RemoveHostFromState: Step {
    let member: MemberName? = nil
    let host: HostName

    var title: String { "remove the host \(host) from the state" }

    func isDone(_ context: PlanContext) async throws -> Bool {
        let state = await context.store.state
        guard state.hosts.contains(host) else { return true }
        guard try await context.provider.part(on: host).holdsCopies(of: state) else { return false }
        context.remarks.add(
            "\(host) is kept as a host of \(state.name): it holds copies of snapshots (bcmcluster snapshot list -c \(state.name))"
        )
        return true
    }

    func run(_ context: PlanContext) async throws {
        let host = host
        try await context.store.update { state in
            guard state.members(on: host).isEmpty else { return }
            state.spread?.removeAll { $0.host == host }
        }
    }
}
