/// What lives on the members: instances, and what they are kept on.
extension LXC {
    /// What the storage pool of that name holds on this server.
    package func storageUse(of pool: String) async throws -> StorageUse {
        struct Resources: Decodable { var space: StorageUse }
        let command = query("/1.0/storage-pools/\(pool)/resources", assumed: #"{"space":{"used":0,"total":0}}"#)
        return try await runner.decoded(Resources.self, from: command).space
    }

    /// How many instances of all projects live on each member, by its name.
    package func instanceCounts() async throws -> [String: Int] {
        Dictionary(grouping: try await instances(), by: \.location).mapValues(\.count)
    }

    /// The instances of all projects; with what each is doing, where that is wanted, which takes longer.
    package func instances(withState: Bool = false) async throws -> [ClusterInstance] {
        let path = "/1.0/instances?recursion=\(withState ? 2 : 1)&all-projects=true"
        var command = query(path)
        command.about = [.workloads]
        return try await runner.decoded([ClusterInstance].self, from: command)
    }

    /// The instances of all projects that live on that member.
    package func instances(on member: String) async throws -> [ClusterInstance] {
        try await instances().filter { $0.location == member }
    }

    /// Stops an instance, gracefully if it can within its own shutdown timeout, so that it starts again with its member.
    ///
    /// LXD notes a stop that somebody asked for as wanted; the note is put back to what it would be after a shutdown. A
    /// stop that has begun is ended and noted also when the run is cancelled: LXD would continue with it.
    package func pause(_ instance: ClusterInstance, limit: Duration) async throws {
        try Task.checkCancellation()
        let timeout = instance.shutdownTimeout(atMost: limit)
        func toTheEnd(_ words: [String]) -> Command {
            var command = change(words, in: instance.projectName, limit: .seconds(timeout) + .seconds(90))
            command.outlivesCancellation = true
            return command
        }
        let gently = try await runner.run(toTheEnd(["stop", instance.name, "--timeout", "\(timeout)"]))
        if !gently.succeeded {
            try await run(toTheEnd(["stop", instance.name, "--force"]), unless: [.alreadyStopped, .notFound])
        }
        let note = toTheEnd(["config", "set", instance.name, "volatile.last_state.power=RUNNING"])
        try await run(note, unless: [.notFound])
    }

    /// Starts an instance that was paused; one that its daemon starts by itself meanwhile is fine.
    package func resume(_ instance: ClusterInstance) async throws {
        let command = change(["start", instance.name], in: instance.projectName)
        try await run(command, unless: [.alreadyRunning, .busy, .notFound])
    }

    /// The key of instances and volumes that names the member to which they are being moved.
    static let movingKey = "user.bcm.moving"

    /// Writes on an instance to which member it is being moved, or that its move has ended.
    package func markMoving(_ instance: ClusterInstance, to member: String?) async throws {
        try await send("PATCH", ["config": [Self.movingKey: member ?? ""]], to: Self.path(of: instance))
    }

    /// Moves a stopped instance to another member, with its snapshots.
    package func move(_ instance: ClusterInstance, to member: String, limit: Duration) async throws {
        let words = ["move", instance.name, "--target", member, "--quiet"]
        var command = change(words, in: instance.projectName, limit: limit)
        command.touches = [.workloads]
        try await runner.output(of: command)
    }

    /// Deletes a stopped instance of any project; one that is not there is fine.
    package func delete(_ instance: ClusterInstance) async throws {
        try await run(change(["delete", instance.name], in: instance.projectName), unless: [.notFound])
    }

    /// Gives a stopped instance another name.
    package func rename(_ instance: ClusterInstance, to name: String) async throws {
        try await runner.output(of: change(["rename", instance.name, name], in: instance.projectName))
    }

    /// Starts an instance of any project; one that runs is fine.
    package func start(_ instance: ClusterInstance) async throws {
        try await run(
            change(["start", instance.name], in: instance.projectName), unless: [.alreadyRunning])
    }

    /// The instance as it is now; `nil` where there is not one of that name.
    package func instance(_ instance: ClusterInstance) async throws -> ClusterInstance? {
        try await found(ClusterInstance.self, query(Self.path(of: instance)))
    }

    /// Gives an instance's own devices those values, added where it has none of that name; its others stay.
    package func setDevices(_ devices: [String: ClusterInstance.Device], of instance: ClusterInstance) async throws {
        try await send("PATCH", ["devices": devices], to: Self.path(of: instance))
    }

    /// Sets a key of an instance, whose value goes through standard input, where no other user of the machine reads it.
    package func set(_ key: String, of instance: ClusterInstance, to value: String) async throws {
        var command = change(["config", "set", instance.name, key, "-"], in: instance.projectName)
        command.input = value
        try await runner.output(of: command)
    }

    private static func path(of instance: ClusterInstance) -> String {
        "/1.0/instances/\(instance.name)?project=\(instance.projectName)"
    }
}
