/// What lives on the members: instances, and what they are kept on.
extension LXC {
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

    /// The instances of all projects; with what each is doing, where that is wanted, which takes longer.
    public func instances(withState: Bool = false) async throws -> [ClusterInstance] {
        let path = "/1.0/instances?recursion=\(withState ? 2 : 1)&all-projects=true"
        return try await runner.decoded([ClusterInstance].self, from: query(path, output: .secret, assumed: "[]"))
    }

    /// The instances of all projects that live on that member.
    public func instances(on member: String) async throws -> [ClusterInstance] {
        try await instances().filter { $0.location == member }
    }

    /// The names of the custom volumes of all pools that live on that member, in the default project.
    public func customVolumes(on member: String) async throws -> [String] {
        struct Pool: Decodable { var name: String }
        let pools = try await runner.decoded(
            [Pool].self, from: query("/1.0/storage-pools?recursion=1", assumed: "[]"))
        var names: [String] = []
        for pool in pools {
            names += try await volumes(in: pool.name).filter { $0.location == member }.map(\.name)
        }
        return names
    }

    /// Stops an instance, in good order if it can within half a minute, so that it starts again with its member.
    ///
    /// LXD notes a stop that somebody asked for as wanted; the note is put back to what it would be after a shutdown. A
    /// stop that has begun is ended and noted also when the run is cancelled: LXD would go on with it.
    public func pause(_ instance: ClusterInstance) async throws {
        try Task.checkCancellation()
        func toTheEnd(_ words: [String]) -> Command {
            var command = change(words + ["--project", instance.project ?? "default"])
            command.outlivesCancellation = true
            return command
        }
        let gently = try await runner.run(toTheEnd(["stop", instance.name, "--timeout", "30"]))
        if !gently.succeeded {
            try await run(toTheEnd(["stop", instance.name, "--force"]), unless: ["already stopped", "not found"])
        }
        let note = toTheEnd(["config", "set", instance.name, "volatile.last_state.power=RUNNING"])
        // An ephemeral one is gone with its stop.
        try await run(note, unless: ["not found"])
    }

    /// Starts an instance that was paused; one that its daemon starts by itself meanwhile is fine.
    public func resume(_ instance: ClusterInstance) async throws {
        let command = change(["start", instance.name, "--project", instance.project ?? "default"])
        try await run(command, unless: ["already running", "busy", "not found"])
    }
}
