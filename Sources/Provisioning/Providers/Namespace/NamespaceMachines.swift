/// The machines of the namespace provider as the world answers: who owns which, and which run.
struct NamespaceMachines: Sendable {
    let root: any CommandRunner

    /// A machine that stands on the host, whoever's it is.
    struct Standing: Sendable, Equatable {
        /// The cluster that it belongs to.
        var owner: String
        /// The number of its first process; `nil` where it does not run.
        var holder: String?
    }

    /// Every machine on the host by name, in two commands whatever their number.
    ///
    /// A process counts as a machine's first only while its network namespace is the machine's: numbers are used again.
    func standing() async throws -> [String: Standing] {
        let files = RootFiles(root)
        let notes = try await files.links(below: NamespaceLayout.machines, depth: 2)
        var standing: [String: Standing] = [:]
        for (path, text) in notes where path.hasSuffix(".owner") {
            standing[String(path.dropLast(6))] = Standing(owner: text, holder: nil)
        }
        let holders = notes.compactMap { path, text in
            path.hasSuffix("/holder") && text.utf8.allSatisfy { 48...57 ~= $0 } ? (String(path.dropLast(7)), text) : nil
        }
        let places = holders.map { Self.places(of: $0, $1) }
        let inodes = try await files.inodes(of: places.flatMap { [$0.network, $0.process] })
        for ((name, holder), places) in zip(holders, places) {
            if let inode = inodes[places.process], inodes[places.network] == inode { standing[name]?.holder = holder }
        }
        return standing
    }

    /// Where a machine's network namespace and that of a process can be compared.
    static func places(of name: String, _ process: String) -> (network: String, process: String) {
        ("/run/netns/bcm-\(name)", "/proc/\(process)/ns/net")
    }
}

/// Remembers each machine's first process between commands, and looks again when it is asked to.
actor MachineProcessCache {
    private let root: any CommandRunner
    private let cluster: String?
    private var known: [MemberName: String] = [:]

    /// For the machines of the cluster with that identifier, and no others.
    init(_ root: any CommandRunner, cluster: String?) {
        self.root = root
        self.cluster = cluster
    }

    /// The number of the machine's first process; `nil` where the machine does not run.
    ///
    /// Throws `Failure.taken` for a machine of that name which is another cluster's.
    func holder(of member: MemberName) async throws -> String? {
        if let holder = known[member] { return holder }
        let files = RootFiles(root)
        let (owner, link) = (NamespaceLayout.owner(member), "\(NamespaceLayout.machine(member))/holder")
        let notes = try await files.links(at: [owner, link], about: [.machine(member.text)])
        guard let identifier = notes[owner] else { return nil }
        guard identifier == cluster else { throw Failure.belongsToAnotherCluster(member) }
        guard let holder = notes[link], holder.utf8.allSatisfy({ 48...57 ~= $0 }) else { return nil }
        let places = NamespaceMachines.places(of: member.text, holder)
        let inodes = try await files.inodes(of: [places.network, places.process])
        guard let inode = inodes[places.network], inodes[places.process] == inode else { return nil }
        known[member] = holder
        return holder
    }

    /// Remembers a machine's first process that somebody else has found.
    func learn(_ member: MemberName, _ holder: String) { known[member] = holder }

    /// Forgets a machine's first process.
    func forget(_ member: MemberName) { known[member] = nil }
}

/// Runs commands in a machine of the namespace provider, as root.
struct NamespaceRunner: CommandRunner {
    let root: any CommandRunner
    let holders: MachineProcessCache
    let member: MemberName
    let engine: Engine

    /// Runs the command with the machine's own daemon and client configuration.
    func run(_ command: Command) async throws -> CommandResult {
        var holder = try await holders.holder(of: member)
        if holder == nil { holder = await StepScope.outcome(assuming: "<process of \(member)>") { nil } }
        guard let holder else {
            throw Failure(
                .conflict, "the machine \(member) does not run", hint: "bcmcluster start -c \(member.cluster)")
        }
        var inside = command
        inside.environment[engine.folderVariable] = NamespaceLayout.daemon(member, engine)
        inside.environment[engine.configurationVariable] = "\(NamespaceLayout.machine(member))/client"
        inside.about.insert(.machine(member.text))
        let result = try await root.run(inside.wrapped(in: "nsenter", Namespaces.portForward(to: holder)))
        if case .exited(1) = result.ending, result.reports(SystemError.processGone) {
            await holders.forget(member)
        }
        return result
    }
}
