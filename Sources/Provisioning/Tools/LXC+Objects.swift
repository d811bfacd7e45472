/// Custom volumes and networks.
extension LXC {
    /// The custom volumes of that pool in the default project, on all members; their snapshots, `NAME/SNAPSHOT`, are none.
    package func volumes(in pool: String) async throws -> [ClusterVolume] {
        try await runner.decoded(
            [ClusterVolume].self,
            from: query("/1.0/storage-pools/\(pool)/volumes/custom?recursion=1")
        ).filter { !$0.name.contains("/") }
    }

    /// The driver of the first storage pool.
    func storageDriver() async throws -> String? {
        struct Pool: Decodable { var driver: String }
        return try await runner.decoded([Pool].self, from: query("/1.0/storage-pools?recursion=1")).first?.driver
    }

    /// Whether the pool's folder or device is missing on that member, although the cluster has the pool there.
    func lacksPool(_ pool: String, on member: String) async throws -> Bool {
        let result = try await runner.run(
            query("/1.0/storage-pools/\(pool)/resources?target=\(member)"))
        return result.reports(EngineError.noSuchFile)
    }

    /// The custom volumes of all pools and projects that live on one member, without their snapshots.
    package func localVolumes() async throws -> [ClusterVolume] {
        struct Pool: Decodable { var name: String }
        var command = query("/1.0/storage-pools?recursion=1")
        command.about = [.workloads]
        let pools = try await runner.decoded([Pool].self, from: command)
        var found: [ClusterVolume] = []
        for pool in pools {
            let path = "/1.0/storage-pools/\(pool.name)/volumes/custom?recursion=1&all-projects=true"
            for var volume in try await runner.decoded([ClusterVolume].self, from: query(path))
            where volume.member != nil && !volume.name.contains("/") {
                volume.pool = pool.name
                found.append(volume)
            }
        }
        return found
    }

    /// Copies a custom volume, with its snapshots and its configuration, to another member, under the same name.
    package func copyVolume(_ volume: ClusterVolume, to member: String, limit: Duration) async throws {
        let name = "\(volume.pool)/\(volume.name)"
        let words = ["storage", "volume", "copy", name, name, "--destination-target", member, "--quiet"]
        var command = change(words + Self.place(volume.member), in: volume.projectName, limit: limit)
        command.touches = [.workloads]
        try await runner.output(of: command)
    }

    /// Writes on a custom volume to which member it is being moved, or that its move has ended.
    package func markMoving(_ volume: ClusterVolume, to member: String?) async throws {
        let name = [volume.pool, volume.name]
        let words = member.map { ["set"] + name + ["\(Self.movingKey)=\($0)"] } ?? ["unset"] + name + [Self.movingKey]
        try await runner.output(
            of: change(["storage", "volume"] + words + Self.place(volume.member), in: volume.projectName))
    }

    /// Deletes a custom volume of any project; one that is not there is fine.
    package func deleteVolume(_ volume: ClusterVolume) async throws {
        let words = ["storage", "volume", "delete", volume.pool, volume.name]
        try await run(change(words + Self.place(volume.member), in: volume.projectName), unless: [.notFound])
    }

    /// The networks, and the interfaces of the server that could be one's parent.
    package func networks() async throws -> [ListedNetwork] {
        try await runner.decoded([ListedNetwork].self, from: query("/1.0/networks?recursion=1"))
    }

    /// Makes a custom volume on that member.
    package func createVolume(_ name: String, in pool: String, on member: String, _ keys: [String]) async throws {
        try await runner.output(
            of: change(["storage", "volume", "create", pool, name] + keys + Self.place(member)))
    }

    /// Changes a custom volume on that member.
    package func setVolume(_ name: String, in pool: String, on member: String?, _ keys: [String]) async throws {
        try await runner.output(of: change(["storage", "volume", "set", pool, name] + keys + Self.place(member)))
    }

    /// Removes a custom volume; one that is not there is fine.
    package func removeVolume(_ name: String, in pool: String, on member: String?) async throws {
        try await run(change(["storage", "volume", "delete", pool, name] + Self.place(member)), unless: [.notFound])
    }

    /// The words that say on which member something lives; none where all reach it.
    private static func place(_ member: String?) -> [String] { member.map { ["--target", $0] } ?? [] }

    /// Changes keys of a network on all members, or those that one member has for itself.
    package func setNetwork(_ name: String, _ keys: [String], on member: String? = nil) async throws {
        let place = member.map { ["--target", $0] } ?? []
        try await runner.output(of: change(["network", "set", name] + keys + place))
    }

    /// Removes a network from all members; one that is not there is fine.
    package func removeNetwork(_ name: String) async throws {
        try await run(change(["network", "delete", name]), unless: [.notFound])
    }
}
