/// What lives on the members: instances, and what they are kept on.
extension LXC {
    /// What the storage pool of that name holds on this server.
    package func storageUse(of pool: String) async throws -> StorageUse {
        struct Resources: Decodable { var space: StorageUse }
        let command = query("/1.0/storage-pools/\(pool)/resources", assumed: #"{"space":{"used":0,"total":0}}"#)
        return try await runner.decoded(Resources.self, from: command).space
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

    /// Stops an instance gracefully within that time, or by force; one that is off or not there is fine.
    func stop(_ instance: ClusterInstance, within timeout: Duration?) async throws {
        let seconds = timeout.map { "\($0.components.seconds)" }
        let words = ["stop", instance.name] + (seconds.map { ["--timeout", $0] } ?? ["--force"])
        // Frozen processes cannot end, and only LXD 5.0 lets them continue by itself.
        if instance.isFrozen, timeout != nil { try await start(instance) }
        try await run(
            change(words, in: instance.projectName, limit: (timeout ?? .zero) + .seconds(90)),
            unless: [.alreadyStopped, .notFound])
    }

    /// Notes for the start of its daemon that an instance ran, as LXD does when it shuts down with its host; a stop that
    /// somebody asks for it notes as wanted.
    func noteRunning(_ instance: ClusterInstance) async throws {
        let words = ["config", "set", instance.name, "volatile.last_state.power=RUNNING"]
        try await run(change(words, in: instance.projectName), unless: [.notFound])
    }

    /// The key of instances that a run stops for a while: its value is when the instance was last started.
    static let pausedKey = "user.bcm.paused"

    /// Writes on an instance that it is stopped for a while, or that this is over.
    func markPaused(_ instance: ClusterInstance, _ isPaused: Bool) async throws {
        let value = isPaused ? instance.lastUsed ?? "" : ""
        try await send("PATCH", ["config": [Self.pausedKey: value]], to: Self.path(of: instance))
    }

    /// Whether LXD has an operation on the instance, of any client.
    func isBusy(_ instance: ClusterInstance) async throws -> Bool {
        try await runningOperations(in: instance.projectName).contains { operation in
            let places = (operation.resources ?? [:]).values.flatMap { $0 ?? [] }
            return ClusterInstance.names(among: places).contains(instance.name)
        }
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
        try await run(
            change(["delete", instance.name], in: instance.projectName), unless: [.notFound, .doneByAnother])
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
