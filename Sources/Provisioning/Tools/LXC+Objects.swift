/// Custom volumes and networks.
extension LXC {
    /// The custom volumes of that pool in the default project, on all members; their snapshots, `NAME/SNAPSHOT`, are none.
    public func volumes(in pool: String) async throws -> [ClusterVolume] {
        try await runner.decoded(
            [ClusterVolume].self,
            from: query("/1.0/storage-pools/\(pool)/volumes/custom?recursion=1", assumed: "[]")
        ).filter { !$0.name.contains("/") }
    }

    /// Whether the pool's folder or device is missing on that member, although the cluster has the pool there.
    func lacksPool(_ pool: String, on member: String) async throws -> Bool {
        let result = try await runner.run(
            query("/1.0/storage-pools/\(pool)/resources?target=\(member)", assumed: "{}"))
        return !result.succeeded && result.errors.contains("no such file or directory")
    }

    /// The networks, and the interfaces of the server that could be one's parent.
    public func networks() async throws -> [ListedNetwork] {
        try await runner.decoded([ListedNetwork].self, from: query("/1.0/networks?recursion=1", assumed: "[]"))
    }

    /// Makes a custom volume on that member.
    public func createVolume(_ name: String, in pool: String, on member: String, _ keys: [String]) async throws {
        try await runner.output(
            of: change(["storage", "volume", "create", pool, name] + keys + Self.place(member)))
    }

    /// Changes a custom volume on that member.
    public func setVolume(_ name: String, in pool: String, on member: String?, _ keys: [String]) async throws {
        try await runner.output(of: change(["storage", "volume", "set", pool, name] + keys + Self.place(member)))
    }

    /// Removes a custom volume; one that is not there is fine.
    public func removeVolume(_ name: String, in pool: String, on member: String?) async throws {
        try await run(change(["storage", "volume", "delete", pool, name] + Self.place(member)), unless: ["not found"])
    }

    /// The words that say on which member something lives; none where all reach it.
    private static func place(_ member: String?) -> [String] { member.map { ["--target", $0] } ?? [] }

    /// Changes keys of a network on all members.
    public func setNetwork(_ name: String, _ keys: [String]) async throws {
        try await runner.output(of: change(["network", "set", name] + keys))
    }

    /// Removes a network from all members; one that is not there is fine.
    public func removeNetwork(_ name: String) async throws {
        try await run(change(["network", "delete", name]), unless: ["not found"])
    }
}
