import Provisioning

/// Prints where a cluster's API is, for other programs: `bcmcluster env show`.
struct EnvShowCommand {
    let invocation: Invocation
    let world: World

    func run() async throws -> Int32 {
        let record = try world.standing(try invocation.cluster(world.environment))
        let reach = try await reach(record)
        if reach.remote == nil {
            world.terminal.say(
                "note: lxc has no remote for \(record.name) yet; bcmcluster up -c \(record.name) adds it")
        }
        world.terminal.result(invocation.isJSON ? try JSONText.text(reach) : reach.shellLines)
        return 0
    }

    private func reach(_ record: ClusterRecord) async throws -> ClusterReach {
        let engine = Engine.lxd
        let client = ClientConfiguration(
            variable: engine.configurationVariable, client: engine.client,
            program: SystemCalls.pathOfProgram(engine.client), environment: world.environment)
        let folder = world.folder(record.name)
        func present(_ path: String) throws -> String? { try world.files.kind(of: path) == nil ? nil : path }
        return ClusterReach(
            cluster: record.name.text, remote: record.remote?.name,
            members: try await members(record),
            serverName: record.first.text, certificate: try present(folder.certificate(record.first)),
            clientCertificate: try present("\(client.folder)/client.crt"),
            clientKey: try present("\(client.folder)/client.key"))
    }

    private func members(_ record: ClusterRecord) async throws -> [ClusterReach.Member] {
        if record.spread != nil { return try await ClusterReach.ways(into: record, try world.provider(for: record)) }
        return try await addresses(record).sorted { $0.key < $1.key }.map {
            ClusterReach.Member(name: $0.key.text, url: "https://\($0.value):8443")
        }
    }

    /// The record has the addresses where the provider decides them; else it is asked.
    private func addresses(_ record: ClusterRecord) async throws -> [MemberName: IPv4] {
        let known = record.members.compactMap { member in member.address.map { (member.name, $0) } }
        if known.count == record.members.count { return Dictionary(known) { first, _ in first } }
        return try await world.provider(of: record).machines(of: record).compactMapValues(\.address)
    }
}
