/// What instances there are and are doing, what they could be made from, and what members have for them.
extension LXC {
    /// The instance of the default project; `nil` where there is not one of that name.
    package func instance(_ name: String) async throws -> ClusterInstance? {
        try await found(ClusterInstance.self, query("/1.0/instances/\(name)"))
    }

    /// The IPv4 addresses at which others reach an instance; none where it is off.
    package func addresses(of instance: String) async throws -> [String] {
        let state = try await runner.decoded(
            ClusterInstance.State.self, from: query("/1.0/instances/\(instance)/state"))
        return state.addresses
    }

    /// Whether cloud-init has ended in an instance; throws where it has failed.
    package func hasFinishedCloudInit(_ instance: String) async throws -> Bool {
        let words = ["exec", instance, "-T", "--", "cloud-init", "status", "--long"]
        var command = command(words, limit: limit)
        command.assumed = "status: done"
        let result = try await runner.run(command)
        let status = CloudInit.Status(result.output)
        if status == .done { return true }
        if result.ending == .exited(127) {
            throw Failure(
                .conflict, "cloud-init not found in \(instance)",
                hint: "wait for running, or for a port, or use an image that has it")
        }
        if case .failed = status { throw Failure(command, result) }
        return false
    }

    /// What that member has in processors and memory.
    package func resources(of member: String) async throws -> MemberResources {
        let assumed = #"{"cpu":{"total":1},"memory":{"used":0,"total":1}}"#
        return try await runner.decoded(
            MemberResources.self, from: query("/1.0/resources?target=\(member)", assumed: assumed))
    }

    /// What that member can run, as LXD names its drivers: `lxc`, `qemu`.
    package func drivers(of member: String) async throws -> [String] {
        struct Server: Decodable {
            struct Environment: Decodable { var driver: String }
            var environment: Environment
        }
        let server = try await runner.decoded(
            Server.self, from: query("/1.0?target=\(member)", assumed: #"{"environment":{"driver":"lxc"}}"#))
        return server.environment.driver.split(separator: "|").map(\.trimmed)
    }

    /// Why members cannot run virtual machines, as LXD warns.
    package func reasonsVMsUnsupported() async throws -> [String] {
        struct Warning: Decodable {
            var type: String
            var message: String?
            enum CodingKeys: String, CodingKey {
                case type
                case message = "last_message"
            }
        }
        let warnings = try await runner.decoded([Warning].self, from: query("/1.0/warnings?recursion=1"))
        return Set(warnings.filter { $0.type == "Instance type not operational" }.compactMap(\.message)).sorted()
    }

    /// The images that the cluster has.
    package func images() async throws -> [ListedImage] {
        try await runner.decoded([ListedImage].self, from: query("/1.0/images?recursion=1"))
    }
}
