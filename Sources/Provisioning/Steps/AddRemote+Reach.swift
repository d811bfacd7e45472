/// Whether a client gets to the cluster at all, where that is on other hosts.
extension AddRemote {
    /// Where clients would come in, if nobody does from here: the hosts of a cluster may be behind others.
    func placeOutOfReach(_ context: PlanContext) async throws -> String? {
        let state = await context.store.state
        guard state.spread != nil, !state.hosts.contains(.local) else { return nil }
        let place = try await context.provider.apiAddress(of: name, in: state)
        let parts = place.split(separator: ":").map(String.init)
        guard parts.count == 2, let port = Int(parts[1]) else { return nil }
        let probe = PortProbe(runner: context.runner, limit: .seconds(5), about: [.machine(name.text)])
        guard case .silent = try await probe.knock(parts[0], port) else { return nil }
        return place
    }

    /// Says so: it is no failure of the cluster.
    func reportUnreachablePort(_ place: String, _ context: PlanContext) {
        let client = context.engine.client
        context.remarks.add(
            "your \(client) does not reach \(place), so it has no remote \(name) yet: open that port, then run "
                + "the same command again; meanwhile: bcmcluster exec -c \(name.cluster) \(name) -- \(client) cluster list"
        )
    }
}
