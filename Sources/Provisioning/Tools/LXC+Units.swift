/// What units are made of: instances, volumes and networks, with the marks on them.
extension LXC {
    /// The instances of all projects, with what each is doing.
    public func instancesWithState() async throws -> [ClusterInstance] {
        try await runner.decoded(
            [ClusterInstance].self, from: query("/1.0/instances?recursion=2&all-projects=true", assumed: "[]"))
    }

    /// The instance of the default project; `nil` where there is none of that name.
    public func instance(_ name: String) async throws -> ClusterInstance? {
        let command = query("/1.0/instances/\(name)", assumed: "")
        let result = try await runner.run(command)
        if result.succeeded && result.output.isEmpty { return nil }
        if !result.succeeded && result.errors.contains("not found") { return nil }
        guard result.succeeded else { throw Failure(command, result) }
        return try command.decode(ClusterInstance.self, from: result.output)
    }

    /// The IPv4 addresses at which others reach an instance; none where it is off.
    public func addresses(of instance: String) async throws -> [String] {
        let state = try await runner.decoded(
            ClusterInstance.State.self, from: query("/1.0/instances/\(instance)/state", effect: .awaits, assumed: "{}"))
        return state.addresses
    }

    /// Whether cloud-init has ended in an instance; throws where it has failed.
    public func hasSetItselfUp(_ instance: String) async throws -> Bool {
        let words = ["exec", instance, "-T", "--", "cloud-init", "status", "--long"]
        let command = Command(engine.client, words, limit: limit, effect: .awaits, assumed: "status: done")
        let result = try await runner.run(command)
        if result.output.contains("status: done") || result.output.contains("status: disabled") { return true }
        if result.output.contains("status: error") || result.ending == .exited(127) {
            throw Failure(command, result)
        }
        return false
    }

    /// The custom volumes of that pool in the default project, on all members.
    public func volumes(in pool: String) async throws -> [ClusterVolume] {
        try await runner.decoded(
            [ClusterVolume].self,
            from: query("/1.0/storage-pools/\(pool)/volumes/custom?recursion=1", assumed: "[]"))
    }

    /// The networks, and the interfaces of the server that could be one's parent.
    public func networks() async throws -> [ListedNetwork] {
        try await runner.decoded([ListedNetwork].self, from: query("/1.0/networks?recursion=1", assumed: "[]"))
    }

    /// What that member has in processors and memory.
    public func resources(of member: String) async throws -> MemberResources {
        let assumed = #"{"cpu":{"total":1},"memory":{"used":0,"total":1}}"#
        return try await runner.decoded(
            MemberResources.self, from: query("/1.0/resources?target=\(member)", assumed: assumed))
    }

    /// What that member can run, as LXD names its drivers: `lxc`, `qemu`.
    public func drivers(of member: String) async throws -> [String] {
        struct Server: Decodable {
            struct Environment: Decodable { var driver: String }
            var environment: Environment
        }
        let server = try await runner.decoded(
            Server.self, from: query("/1.0?target=\(member)", assumed: #"{"environment":{"driver":"lxc"}}"#))
        return server.environment.driver.split(separator: "|").map(\.trimmed)
    }

    /// Why members cannot run virtual machines, as LXD warns.
    public func reasonsAgainstVMs() async throws -> [String] {
        struct Warning: Decodable {
            var type: String
            var message: String?
            enum CodingKeys: String, CodingKey {
                case type
                case message = "last_message"
            }
        }
        let warnings = try await runner.decoded([Warning].self, from: query("/1.0/warnings?recursion=1", assumed: "[]"))
        return Set(warnings.filter { $0.type == "Instance type not operational" }.compactMap(\.message)).sorted()
    }

    /// The images that the cluster has.
    public func images() async throws -> [ListedImage] {
        try await runner.decoded([ListedImage].self, from: query("/1.0/images?recursion=1", assumed: "[]"))
    }

    /// Makes an instance on that member and starts it; `form` is what `lxc launch` reads, in JSON, which YAML takes in.
    public func launch(
        _ name: String, from fingerprint: String, isVM: Bool, on member: String, form: String, limit: Duration
    ) async throws {
        let words = ["launch", fingerprint, name, "--target", member, "--quiet"] + (isVM ? ["--vm"] : [])
        var command = change(words, limit: limit)
        command.input = form
        try await runner.output(of: command)
    }

    /// Changes an instance's own configuration and devices.
    ///
    /// LXD takes them whole, on standard input, where no other user of the machine reads them.
    public func edit(_ name: String, _ change: (inout InstanceProperties) -> Void) async throws {
        var properties = try await runner.decoded(
            InstanceProperties.self, from: query("/1.0/instances/\(name)", assumed: #"{"config":{},"devices":{}}"#))
        change(&properties)
        var command = self.change(["config", "edit", name])
        command.input = try JSONText.yaml(properties)
        try await runner.output(of: command)
    }

    /// Takes an instance away that has the mark and never ran, also when the run is cancelled; answers whether it did.
    ///
    /// Throws while LXD goes on making it, which it does for a client that is gone.
    public func discardUnstarted(_ name: String, marked key: String, _ value: String) async throws -> Bool {
        var look = query("/1.0/instances/\(name)", assumed: "")
        look.outlivesCancellation = true
        let result = try await runner.run(look)
        if !result.succeeded && !result.errors.contains("not found") { throw Failure(look, result) }
        guard result.succeeded, !result.output.isEmpty else { return false }
        let instance = try look.decode(ClusterInstance.self, from: result.output)
        guard instance.config?[key] == value, !instance.hasRun, !instance.isRunning else { return false }
        try await remove(name, evenIfCancelled: true)
        return true
    }

    /// Starts an instance; one that runs is fine.
    public func start(_ name: String) async throws {
        try await run(change(["start", name]), unless: ["already running"])
    }

    /// Stops, starts, pauses, resumes or restarts an instance.
    ///
    /// One that does not end within half a minute is a failure, unless it is forced.
    public func turn(_ name: String, _ verb: String, isForced: Bool) async throws {
        let words =
            switch verb {
            case "resume": ["start", name]
            case "stop", "restart": [verb, name] + (isForced ? ["--force"] : ["--timeout", "30"])
            default: [verb, name]
            }
        try await runner.output(
            of: change(words), remedy: ["stop", "restart"].contains(verb) && !isForced ? "--force does not wait" : nil)
    }

    /// A command in an instance, as it can be run where this client is.
    public func inside(_ instance: String, _ words: [String]) -> Command {
        Command(engine.client, ["exec", instance, "--"] + words, effect: .changes)
    }

    /// The way to an instance's console, which a person leaves by Ctrl-A and Q.
    public func console(of instance: String) -> Command {
        Command(engine.client, ["console", instance], effect: .changes, output: .terminal)
    }

    /// The last lines of what LXD noted when it started an instance.
    public func startLog(of instance: String) async throws -> String {
        let command = Command(engine.client, ["info", instance, "--show-log"], limit: limit)
        let text = try await runner.output(of: command)
        let lines = text.split(separator: "\n")
        guard let log = lines.firstIndex(of: "Log:") else { return "" }
        return lines[lines.index(after: log)...].suffix(6).joined(separator: "\n")
    }

    /// What an instance has written on its console.
    public func consoleLog(of instance: String) async throws -> String {
        try await runner.output(of: Command(engine.client, ["console", instance, "--show-log"], limit: limit))
    }

    /// Removes an instance, also one that runs; one that is not there is fine.
    public func remove(_ name: String, evenIfCancelled: Bool = false) async throws {
        var command = change(["delete", name, "--force"])
        command.outlivesCancellation = evenIfCancelled
        try await run(command, unless: ["not found"])
    }

    /// Makes a custom volume on that member.
    public func createVolume(_ name: String, in pool: String, on member: String, _ keys: [String]) async throws {
        try await runner.output(
            of: change(["storage", "volume", "create", pool, name] + keys + ["--target", member]))
    }

    /// Changes a custom volume on that member.
    public func setVolume(_ name: String, in pool: String, on member: String?, _ keys: [String]) async throws {
        let place = member.map { ["--target", $0] } ?? []
        try await runner.output(of: change(["storage", "volume", "set", pool, name] + keys + place))
    }

    /// Removes a custom volume; one that is not there is fine.
    public func removeVolume(_ name: String, in pool: String, on member: String?) async throws {
        let place = member.map { ["--target", $0] } ?? []
        try await run(change(["storage", "volume", "delete", pool, name] + place), unless: ["not found"])
    }

    /// Changes keys of a network on all members.
    public func setNetwork(_ name: String, _ keys: [String]) async throws {
        try await runner.output(of: change(["network", "set", name] + keys))
    }

    /// Removes a network from all members; one that is not there is fine.
    public func removeNetwork(_ name: String) async throws {
        try await run(change(["network", "delete", name]), unless: ["not found"])
    }
}

/// A custom volume: `GET /1.0/storage-pools/POOL/volumes/custom?recursion=1`.
public struct ClusterVolume: Sendable, Equatable, Decodable {
    /// The name.
    public var name: String
    /// Its configuration.
    public var config: [String: String]
    /// The member that it lives on; empty or `nil` where all reach it.
    public var location: String?
    /// What uses it, as places in the API.
    public var usedBy: [String]?

    enum CodingKeys: String, CodingKey {
        case name, config, location
        case usedBy = "used_by"
    }

    /// The member that it lives on; `nil` where all reach it.
    public var member: String? { location.flatMap { $0.isEmpty || $0 == "none" ? nil : $0 } }

    /// The instances that use it.
    public var users: [String] { ClusterInstance.names(among: usedBy) }

    /// An instance that uses it and is none of these.
    func user(besides instances: [ClusterInstance]) -> String? {
        users.first { user in !instances.contains { $0.name == user } }
    }
}

/// A network, or an interface that LXD does not manage: `GET /1.0/networks?recursion=1`.
public struct ListedNetwork: Sendable, Equatable, Decodable {
    /// The name.
    public var name: String
    /// Whether LXD made it.
    public var managed: Bool
    /// `bridge`, `physical` and the like.
    public var type: String
    /// Its configuration.
    public var config: [String: String]?
    /// What uses it, as places in the API.
    public var usedBy: [String]?
    /// `Created`, `Pending` or `Errored`; empty where LXD does not manage it.
    public var status: String?

    enum CodingKeys: String, CodingKey {
        case name, managed, type, config, status
        case usedBy = "used_by"
    }

    /// An instance that uses it and is none of these.
    func user(besides instances: [ClusterInstance]) -> String? {
        ClusterInstance.names(among: usedBy).first { user in !instances.contains { $0.name == user } }
    }
}

/// What a member has: `GET /1.0/resources`.
public struct MemberResources: Sendable, Equatable, Decodable {
    /// Its processors.
    public struct Processors: Sendable, Equatable, Decodable {
        /// How many threads they run at a time.
        public var total: Int
    }
    /// Its memory, in bytes.
    public struct Memory: Sendable, Equatable, Decodable {
        /// What is used.
        public var used: Int
        /// What there is.
        public var total: Int
    }
    /// Its processors.
    public var cpu: Processors
    /// Its memory.
    public var memory: Memory
}

/// What an instance can be given anew: `PUT /1.0/instances/NAME`.
public struct InstanceProperties: Sendable, Equatable, Codable {
    /// The machine's architecture.
    public var architecture: String?
    /// Configuration by key, LXD's own notes included.
    public var config: [String: String]
    /// Devices by name.
    public var devices: [String: ClusterInstance.Device]
    /// Whether it goes with its stop.
    public var ephemeral: Bool?
    /// Its profiles.
    public var profiles: [String]?
    /// Whether its state was kept at its stop.
    public var stateful: Bool?
    /// What a person says of it.
    public var description: String?
}
