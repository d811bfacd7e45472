/// Networks and profiles.
extension LXC {
    /// The network; `nil` where there is not one of that name.
    package func network(_ name: String) async throws -> ClusterNetwork? {
        try await found(ClusterNetwork.self, query("/1.0/networks/\(name)"))
    }

    package func profile(_ name: String) async throws -> ClusterProfile {
        try await runner.decoded(
            ClusterProfile.self,
            from: query("/1.0/profiles/\(name)", assumed: #"{"devices":{}}"#))
    }

    /// Makes a network on one member, pending until it is made on all; one that is there is fine.
    package func prepareNetwork(_ name: String, on member: String, _ keys: [String] = []) async throws {
        let command = change(["network", "create", name, "--target", member] + keys)
        try await run(command, unless: [.networkPrepared])
    }

    /// Makes a network whose members are all prepared.
    package func createNetwork(_ name: String, configuration: [String]) async throws {
        try await runner.output(of: change(["network", "create", name] + configuration, limit: .seconds(300)))
    }

    /// Whether a client where the runner runs creates or deletes the network: that of a run which was killed continues.
    func isChangingNetwork(_ name: String) async throws -> Bool {
        let escaped = name.replacing(".", with: "[.]")
        let words = command(["network", "(create|delete)", escaped], limit: limit).arguments.joined(separator: " ")
        let pattern = "^\(engine.client) \(words)( |$)"
        return try await !HostProcesses(runner).matching(pattern).isEmpty
    }

    package func addProfileDevice(_ profile: String, _ device: String, type: String, _ keys: [String]) async throws {
        try await runner.output(of: change(["profile", "device", "add", profile, device, type] + keys))
    }
}
