/// What a host says of itself: what it has, what is free, and what runs there.
package struct HostStatus: Sendable, Equatable {
    /// Its processors; `nil` where it does not say.
    package var processors: Int?
    package var memory: StorageUse?
    /// Bytes of disk, where machines are made.
    package var disk: StorageUse?
    /// How many machines of any cluster, and how many VMs, are there.
    package var machines: Int?
    /// Where other hosts reach it: at the address that the user gave, at which it was reached, or by which it reaches others;
    /// `nil` where it has none but the loopback's.
    package var address: IPv4?
    /// Whether commands run there as root.
    package var isRoot = false
    /// Whether `/dev/kvm` is there.
    package var hasVirtualisation = false

    /// A host that says nothing.
    package init() {}
}

/// Looks at one host, with all questions at once; changes nothing.
package struct HostInspector: Sendable {
    private let runner: any CommandRunner
    private let limit: Duration
    /// The address that the user gave for members, which counts instead of the one that was found.
    private let memberAddress: IPv4?

    /// A look by that runner, in which no question takes longer than the limit.
    package init(_ runner: any CommandRunner, limit: Duration, memberAddress: IPv4? = nil) {
        self.runner = LimitedRunner(runner, most: limit)
        self.limit = limit
        self.memberAddress = memberAddress
    }

    /// Looks; throws `Failure.unreachable` where the host does not let us in.
    package func observation() async throws -> HostStatus {
        // The first question opens the connection, and says where there is none.
        let user = try await runner.run(Command("id", ["-u"])).output.trimmed
        guard Int(user) != nil else {
            throw Failure(
                .missing, "the login works, but runs no commands",
                hint: "log in as a user with a shell")
        }
        var observation = HostStatus()
        observation.isRoot = user == "0"
        let root = SudoRunner(runner, needed: !observation.isRoot)
        async let processors = output("nproc", []).flatMap { Int($0.trimmed) }
        async let memory = memory()
        async let disk = output("df", ["-Pk", "/var/lib"]).flatMap(StorageUse.init(df:))
        async let virtualisation = runner.run(Command("test", ["-e", "/dev/kvm"])).succeeded
        async let members = try? RootFiles(root).links(below: "\(StateCopy.hostFolder)/machines", depth: 1)
        async let instances = Multipass(runner).count()
        observation.processors = await processors
        async let connection = output("printenv", ["SSH_CONNECTION"])
        async let source = try? IP(runner).source()
        observation.memory = await memory
        let (reached, outward) = await (connection.flatMap(Self.server), source)
        observation.address = memberAddress ?? reached ?? outward ?? nil
        observation.disk = await disk
        observation.hasVirtualisation = (try? await virtualisation) ?? false
        let counts = [await members?.keys.count { $0.hasSuffix(".owner") }, await instances].compactMap { $0 }
        observation.machines = counts.isEmpty ? nil : counts.reduce(0, +)
        return observation
    }

    /// Throws `Failure.conflict` where the host has not the address that the user gave for members.
    package func checkMemberAddress(of host: HostName) async throws {
        guard let memberAddress else { return }
        let own = try await IP(runner).addresses(limit: limit)
        guard !own.contains(memberAddress) else { return }
        let shown = own.map(\.description).joined(separator: ", ")
        throw Failure(
            .conflict, "host \(host) does not have the address \(memberAddress)",
            hint: "give one that it has with --address: \(shown.isEmpty ? "it has none" : shown)")
    }

    /// How many bytes of memory are free; `nil` where it does not say.
    package func freeMemory() async -> Int? { await memory()?.free }

    private func memory() async -> StorageUse? {
        await output("cat", ["/proc/meminfo"]).flatMap(StorageUse.init(meminfo:))
    }

    private func output(_ program: String, _ arguments: [String]) async -> String? {
        guard let result = try? await runner.run(Command(program, arguments)), result.succeeded else { return nil }
        return result.output
    }

    /// The server's address of `SSH_CONNECTION`, which is `client port server port`.
    static func server(_ connection: String) -> IPv4? {
        let words = connection.split { $0.isWhitespace }
        let address = words.count == 4 ? IPv4(String(words[2])) : nil
        return address.flatMap { $0.bits >> 24 == 127 ? nil : $0 }
    }
}
