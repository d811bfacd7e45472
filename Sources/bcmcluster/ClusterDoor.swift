import Provisioning

extension World {
    /// Where a cluster's API is and what opens it, as far as it is known here.
    func reach(of record: ClusterRecord) async throws -> ClusterReach {
        let engine = Engine.lxd
        let client = ClientConfiguration(
            variable: engine.configurationVariable, client: engine.client,
            program: SystemCalls.pathOfProgram(engine.client), environment: environment)
        let folder = folder(record.name)
        func present(_ path: String) throws -> String? { try files.kind(of: path) == nil ? nil : path }
        return ClusterReach(
            cluster: record.name.text, remote: record.remote?.name,
            members: try await members(record),
            serverName: record.first.text, certificate: try present(folder.certificate(record.first)),
            clientCertificate: try present("\(client.folder)/client.crt"),
            clientKey: try present("\(client.folder)/client.key"))
    }

    private func members(_ record: ClusterRecord) async throws -> [ClusterReach.Member] {
        if record.spread != nil { return try await ClusterReach.ways(into: record, try provider(for: record)) }
        return try await addresses(record).sorted { $0.key < $1.key }.map {
            ClusterReach.Member(name: $0.key.text, url: "https://\($0.value):8443")
        }
    }

    /// The record has the addresses where the provider decides them; else it is asked.
    private func addresses(_ record: ClusterRecord) async throws -> [MemberName: IPv4] {
        let known = record.members.compactMap { member in member.address.map { (member.name, $0) } }
        if known.count == record.members.count { return Dictionary(known) { first, _ in first } }
        let provider = try await provider(of: record)
        let running = try await provider.machines(of: record).filter { $0.value.state == .running }.keys
        return await provider.addresses(of: Array(running), in: record)
    }
}
