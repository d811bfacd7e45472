/// The client `lxc`, spoken to as a server's own administrator: through the machine's socket, inside the machine.
public struct LXC: Sendable {
    private let runner: any CommandRunner
    private let engine: Engine
    private let limit: Duration

    /// The client that runs where the runner runs; the limit is that of each question.
    public init(_ runner: any CommandRunner, engine: Engine, limit: Duration = .seconds(60)) {
        self.runner = RunnerThatAsksAgain(runner: runner)
        self.engine = engine
        self.limit = limit
    }

    // MARK: Looking

    /// What the server says of itself.
    public func server(_ effect: Command.Effect = .reads) async throws -> ServerInfo {
        try await runner.decoded(ServerInfo.self, from: query("/1.0", effect: effect, assumed: Self.assumedServer))
    }

    /// The members as this server sees them; a dry run assumes those to be online.
    public func members(
        _ effect: Command.Effect = .reads, assuming names: [String] = []
    ) async throws -> [ClusterMember] {
        let assumed = names.map {
            #"{"server_name":"\#($0)","url":"","database":true,"status":"Online","message":""}"#
        }
        var command = query(
            "/1.0/cluster/members?recursion=1", effect: effect, assumed: "[\(assumed.joined(separator: ","))]")
        command.about = [.membership]
        return try await runner.decoded([ClusterMember].self, from: command)
    }

    /// Whether this server sees a member of that name, in whatever state.
    public func hasMember(_ name: String) async throws -> Bool {
        try await members().contains { $0.name == name }
    }

    /// The keys that a member has to give for itself when it joins.
    public func memberConfigurationKeys() async throws -> [MemberConfigurationKey] {
        struct Cluster: Decodable {
            var keys: [MemberConfigurationKey]?
            enum CodingKeys: String, CodingKey { case keys = "member_config" }
        }
        let cluster = try await runner.decoded(Cluster.self, from: query("/1.0/cluster", assumed: Self.assumedCluster))
        return cluster.keys ?? []
    }

    /// The network; `nil` where there is none of that name.
    public func network(_ name: String) async throws -> ClusterNetwork? {
        let command = query("/1.0/networks/\(name)", assumed: "")
        let result = try await runner.run(command)
        if result.succeeded && result.output.isEmpty { return nil }
        guard result.succeeded else {
            if result.errors.contains("not found") { return nil }
            throw Failure(command, result)
        }
        return try command.decode(ClusterNetwork.self, from: result.output)
    }

    /// Whether the server is joining a cluster at this moment, on whoever's behalf.
    public func isJoining() async throws -> Bool {
        struct Operation: Decodable { var description: String? }
        let operations = try await runner.decoded(
            [String: [Operation]].self, from: query("/1.0/operations?recursion=1", effect: .awaits, assumed: "{}"))
        return operations["running"]?.contains { $0.description == "Joining cluster" } ?? false
    }

    /// What the storage pool of that name holds on this server.
    public func storageUse(of pool: String) async throws -> StorageUse {
        struct Resources: Decodable { var space: StorageUse }
        let command = query("/1.0/storage-pools/\(pool)/resources", assumed: #"{"space":{"used":0,"total":0}}"#)
        return try await runner.decoded(Resources.self, from: command).space
    }

    /// How many instances of all projects live on each member, by its name.
    public func instanceCounts() async throws -> [String: Int] {
        Dictionary(grouping: try await instances(), by: \.location).mapValues(\.count)
    }

    /// The instances of all projects.
    public func instances() async throws -> [ClusterInstance] {
        try await runner.decoded(
            [ClusterInstance].self, from: query("/1.0/instances?recursion=1&all-projects=true", assumed: "[]"))
    }

    /// The instances of all projects that live on that member.
    public func instances(on member: String) async throws -> [ClusterInstance] {
        try await instances().filter { $0.location == member }
    }

    /// The profile.
    public func profile(_ name: String) async throws -> ClusterProfile {
        try await runner.decoded(
            ClusterProfile.self, from: query("/1.0/profiles/\(name)", assumed: #"{"devices":{}}"#))
    }

    // MARK: Changing

    /// A token with which the member of that name can join, once; a new one cancels the old.
    public func joinToken(for member: String) async throws -> String {
        try await token([engine.client, "cluster", "add", member], assumed: "<join token for \(member)>")
    }

    /// A token with which a client can be trusted, once.
    public func trustToken(for client: String) async throws -> String {
        try await token([engine.client, "config", "trust", "add", "--name", client], assumed: "<trust token>")
    }

    /// Makes a client's token worthless that was not used, also when the run is cancelled.
    public func revokeTrustToken(of client: String) async throws {
        var command = change(["config", "trust", "revoke-token", client], limit: .seconds(15))
        command.outlivesCancellation = true
        try await runner.output(of: command)
    }

    /// Makes a network on one member, pending until it is made on all; one that is there is fine.
    public func prepareNetwork(_ name: String, on member: String) async throws {
        let command = change(["network", "create", name, "--target", member])
        let result = try await runner.run(command)
        let isThere = ["already defined", "not in pending state"].contains { result.errors.contains($0) }
        guard result.succeeded || isThere else { throw Failure(command, result) }
    }

    /// Makes a network whose members are all prepared.
    public func createNetwork(_ name: String, configuration: [String]) async throws {
        try await runner.output(of: change(["network", "create", name] + configuration, limit: .seconds(300)))
    }

    /// Adds a device to a profile.
    public func addProfileDevice(_ profile: String, _ device: String, type: String, _ keys: [String]) async throws {
        try await runner.output(of: change(["profile", "device", "add", profile, device, type] + keys))
    }

    /// Stops an instance, in good order if it can within half a minute, so that it starts again with its member.
    ///
    /// LXD notes a stop that somebody asked for as wanted; the note is put back to what it would be after a shutdown.
    public func pause(_ instance: ClusterInstance) async throws {
        let project = ["--project", instance.project ?? "default"]
        let gently = try await runner.run(change(["stop", instance.name, "--timeout", "30"] + project))
        if !gently.succeeded {
            let command = change(["stop", instance.name, "--force"] + project)
            let result = try await runner.run(command)
            let isOff = ["already stopped", "not found"].contains { result.errors.contains($0) }
            guard result.succeeded || isOff else { throw Failure(command, result) }
        }
        let note = change(["config", "set", instance.name, "volatile.last_state.power=RUNNING"] + project)
        let result = try await runner.run(note)
        // An ephemeral one is gone with its stop.
        guard result.succeeded || result.errors.contains("not found") else { throw Failure(note, result) }
    }

    /// Takes a member out that is online and holds nothing; its duties go to others first.
    public func dismiss(_ member: String) async throws {
        var command = change(["cluster", "remove", "--yes", member])
        command.touches = [.membership]
        try await runner.output(of: command)
    }

    /// Moves what lives on a member to others, and lets nothing new onto it; knows no limit of its own.
    public func evacuate(_ member: String, limit: Duration) async throws {
        try await runner.output(of: change(["cluster", "evacuate", member, "--force", "--quiet"], limit: limit))
    }

    /// Forgets a member that is gone, or that never came; one that the cluster does not know is fine.
    public func forget(_ member: String) async throws {
        let command = change(["cluster", "remove", "--force", "--yes", member])
        let result = try await runner.run(command)
        guard result.succeeded || result.errors.contains("not found") else { throw Failure(command, result) }
    }

    // MARK: Commands

    private func query(_ path: String, effect: Command.Effect = .reads, assumed: String) -> Command {
        Command(engine.client, ["query", path], limit: limit, effect: effect, assumed: assumed)
    }

    private func change(_ arguments: [String], limit: Duration = .seconds(120)) -> Command {
        Command(engine.client, arguments, limit: limit, effect: .changes)
    }

    /// The token stands alone on the last line, after a sentence.
    private func token(_ words: [String], assumed: String) async throws -> String {
        let command = Command(words[0], Array(words.dropFirst()), effect: .changes, output: .secret, assumed: assumed)
        let text = try await runner.output(of: command)
        guard let token = text.split(separator: "\n").last?.trimmed, !token.isEmpty,
            !token.contains(" ") || token == assumed
        else {
            throw Failure(.commandFailed, "\(engine.client) printed no token", command: command.pasteable)
        }
        return token
    }

    private static let assumedServer = """
        {"api_extensions":["clustering_join_token","certificate_token"],"environment":\
        {"server_clustered":false,"certificate":"<certificate of the cluster>\\n","server_version":"5.0"}}
        """

    private static let assumedCluster = """
        {"member_config":[{"entity":"storage-pool","name":"default","key":"source","value":""}]}
        """
}

/// Asks once more where a daemon has just found out that its database has another leader now.
private struct RunnerThatAsksAgain: CommandRunner {
    let runner: any CommandRunner

    func run(_ command: Command) async throws -> CommandResult {
        let result = try await runner.run(command)
        guard command.effect != .changes, !result.succeeded, Failure(command, result).saysThatTheLeaderHasChanged else {
            return result
        }
        return try await runner.run(command)
    }
}

extension Failure {
    /// Whether a daemon spoke to a leader of the database that is gone; the next call finds the new one.
    var saysThatTheLeaderHasChanged: Bool { output?.contains("Failed to begin transaction") ?? false }

    /// Whether the client found no daemon behind the socket.
    var saysThatNoDaemonIsThere: Bool { output?.contains("unix.socket: connect:") ?? false }

    /// Whether the daemon, or the machine that it is in, gave no answer that could be used.
    var isNoAnswer: Bool { [.commandFailed, .timedOut, .conflict].contains(code) }
}
