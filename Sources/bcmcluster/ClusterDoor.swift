import Provisioning

extension World {
    /// Where a cluster's API is and what opens it, as far as it is known here.
    func reach(of state: ClusterState) async throws -> ClusterReach {
        let engine = state.engine
        let client = ClientConfiguration(
            engine, program: SystemCalls.pathOfProgram(engine.client), environment: environment)
        let folder = folder(state.name)
        func present(_ path: String) throws -> String? { try files.kind(of: path) == nil ? nil : path }
        return ClusterReach(
            cluster: state.name.text, remote: state.remote?.name,
            members: try await members(state),
            serverName: state.first.text, certificate: try present(folder.certificate(state.first, engine)),
            clientCertificate: try present("\(client.folder)/client.crt"),
            clientKey: try present("\(client.folder)/client.key"))
    }

    private func members(_ state: ClusterState) async throws -> [ClusterReach.Member] {
        if state.spread != nil { return try await ClusterReach.ways(into: state, try provider(for: state)) }
        return try await addresses(state).sorted { $0.key < $1.key }.map {
            ClusterReach.Member(name: $0.key.text, url: "https://\($0.value):\(state.engine.port)")
        }
    }

    /// The state has the addresses where the provider decides them; else it is asked.
    private func addresses(_ state: ClusterState) async throws -> [MemberName: IPv4] {
        let known = state.members.compactMap { member in member.address.map { (member.name, $0) } }
        if known.count == state.members.count { return Dictionary(known) { first, _ in first } }
        let provider = try await provider(of: state)
        let running = try await provider.machines(of: state).filter { $0.value.state == .running }.keys
        return await provider.addresses(of: Array(running), in: state)
    }
}
