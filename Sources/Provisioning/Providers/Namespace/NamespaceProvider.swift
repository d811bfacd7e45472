/// Machines that are a real LXD daemon each, in namespaces of their own on this Linux host.
///
/// A machine has a network, mount, UTS, IPC and PID namespace, a control group, a cable to the cluster's bridge and a
/// fixed address. Its first process outlives the command that started it, and takes everything in the machine with it
/// when it ends: also containers, whose monitor is orphaned where there is no PID namespace.
public struct NamespaceProvider: MachineProvider {
    let root: any CommandRunner
    let files: any Files
    private let host: NamespaceHost
    private let live: NamespaceMachines
    private let doors: NamespaceDoors
    private let engine: Engine
    private let time: any TimeSource

    /// A provider whose host is the machine that the runner reaches as root.
    public init(
        root: any CommandRunner, engine: Engine, templates: TemplateLibrary, files: any Files, time: any TimeSource
    ) throws {
        self.root = root
        self.files = files
        self.engine = engine
        self.time = time
        let resolver: @Sendable () throws -> String = { try Resolver.configuration(files) }
        host = NamespaceHost(root: root, entrypoint: try templates.template(.entrypoint).text, resolver: resolver)
        live = NamespaceMachines(root: root)
        doors = NamespaceDoors(root)
    }

    /// `namespace`.
    public var name: ProviderName { .namespace }
    /// As many as there are processors: a daemon's start keeps one busy.
    public var defaultParallel: Int { max(2, SystemCalls.processors) }
    /// A command in a machine takes milliseconds.
    public var pollInterval: Duration { .milliseconds(30) }

    /// Looks for the programs that are needed, all at once.
    public func check() async throws {
        #if os(Linux)
            let needed = [
                (engine.daemon, "lxd"), (engine.client, "lxd-client"), ("ip", "iproute2"), ("nft", "nftables"),
                ("dnsmasq", "dnsmasq-base"), ("nsenter", "util-linux"), ("find", "findutils"), ("sysctl", "procps"),
            ]
            let found = try await root.run(Command("which", needed.map(\.0), assumed: "")).output.split(separator: "\n")
            let missing = needed.filter { program, _ in !found.contains { $0.hasSuffix("/\(program)") } }
            guard missing.isEmpty else {
                throw Failure(
                    .missing, "the namespace provider needs \(missing.map(\.0).joined(separator: ", "))",
                    remedy: "apt-get install \(missing.map(\.1).joined(separator: " "))")
            }
        #else
            throw Failure(
                .missing, "the namespace provider needs Linux", remedy: "use --provider multipass on this machine")
        #endif
    }

    /// Chooses the subnet and gives each member its address.
    public func assign(_ record: ClusterRecord, newcomers: [MemberName]) async throws -> ClusterRecord {
        var assigned = record
        async let machines = newcomers.isEmpty ? [:] : live.standing()
        let subnet = try await host.chooseSubnet(for: record)
        let last = record.members.map(\.name.index).max() ?? 0
        guard NamespaceLayout.firstAddress + last < subnet.count - 1 else {
            throw Failure(
                .badInput, "the subnet \(subnet) has no room for \(last + 1) members",
                remedy: "give a larger one with --network")
        }
        let standing = try await machines
        for newcomer in newcomers where standing[newcomer.text].map({ $0.owner != record.identifier }) ?? false {
            throw taken(newcomer)
        }
        assigned.subnet = subnet
        for index in assigned.members.indices {
            let offset = NamespaceLayout.firstAddress + assigned.members[index].name.index
            assigned.members[index].address = subnet.address(offset)
        }
        return assigned
    }

    /// The machines whose owner's note has this cluster's identifier.
    public func machines(of record: ClusterRecord) async throws -> [MemberName: Machine] {
        let standing = try await live.standing()
        for member in record.members.map(\.name) {
            if let machine = standing[member.text], machine.owner == record.identifier, let holder = machine.holder {
                await doors.learn(member, holder)
            }
        }
        return Dictionary(
            record.members.compactMap { member in
                guard let machine = standing[member.name.text], machine.owner == record.identifier else { return nil }
                return (
                    member.name, Machine(state: machine.holder == nil ? .stopped : .running, address: member.address)
                )
            }
        ) { first, _ in first }
    }

    /// The moment at which each machine's first process was noted down.
    public func began(_ running: [MemberName], of record: ClusterRecord) async throws -> [MemberName: Int] {
        let notes = Dictionary(uniqueKeysWithValues: running.map { ("\(NamespaceLayout.machine($0))/holder", $0) })
        let times = try await RootFiles(root).times(of: notes.keys.sorted())
        return Dictionary(uniqueKeysWithValues: times.compactMap { path, time in notes[path].map { ($0, time) } })
    }

    /// The machines with names of the cluster's, by what their owner's notes say.
    public func namesakes(of cluster: ClusterName) async throws -> [String: [MemberName]] {
        let members = try await live.standing().compactMap { name, machine in
            MemberName(name, of: cluster).map { ($0, machine.owner) }
        }
        return Dictionary(grouping: members, by: \.1).mapValues { $0.map(\.0).sorted() }
    }

    /// Whether the bridge and the rest are there.
    public func isPrepared(_ record: ClusterRecord) async throws -> Bool { try await host.isPrepared(record) }
    /// Makes the bridge and the rest.
    public func prepare(_ record: ClusterRecord) async throws { try await host.prepare(record) }
    /// Whether the rules are there.
    public func isRouted(_ record: ClusterRecord) async throws -> Bool { try await host.isRouted(record) }
    /// Makes the rules, and turns forwarding on.
    public func route(_ record: ClusterRecord) async throws { try await host.route(record) }
    /// Whether the bridge and the rest are gone.
    public func isReleased(_ record: ClusterRecord) async throws -> Bool { try await host.isReleased(record) }
    /// Removes the bridge and the rest.
    public func release(_ record: ClusterRecord) async throws { try await host.release(record) }

    /// Claims the name on the host, makes the machine's folder, starts the machine, and waits for its daemon.
    ///
    /// Each start keeps a processor busy: without the wait here the first member, for which all others wait, would share
    /// the processors with them. `start` must not wait, since daemons that were in a cluster wait for each other.
    public func create(_ machine: MachineSpecification, of record: ClusterRecord) async throws {
        let member = machine.member
        if try await !claim(member, for: record) { try await clear(member, of: record) }
        do { try await boot(member, of: record) } catch let failure as Failure
            where failure.output?.contains("File exists") ?? false
        {
            // The name is ours, and what bears it is left over from a machine whose folder somebody has removed.
            try await clear(member, of: record)
            try await boot(member, of: record)
        }
        try await settle(member, of: record, limit: machine.limit)
    }

    /// Claims the name on the host; false where it is the cluster's already.
    func claim(_ member: MemberName, for record: ClusterRecord) async throws -> Bool {
        let note = NamespaceLayout.owner(member)
        let subject = Subject.machine(member.text)
        if try await RootFiles(root).leaveNote(note, saying: record.identifier, touches: [subject]) { return true }
        guard try await owner(of: member) == record.identifier else { throw taken(member) }
        return false
    }

    private func taken(_ member: MemberName) -> Failure {
        Failure(
            .conflict, "another cluster on this host has a machine called \(member)",
            remedy: "choose another cluster name, or destroy that cluster first")
    }

    private func owner(of member: MemberName) async throws -> String? {
        try await RootFiles(root).links(below: NamespaceLayout.machines, depth: 1)["\(member).owner"]
    }

    /// Starts a machine that is off; in one that runs, starts the daemon if it has died.
    public func start(_ member: MemberName, of record: ClusterRecord, limit: Duration) async throws {
        await doors.forget(member)
        guard try await doors.holder(of: member) == nil else {
            try await startDaemon(member, of: record)
            return
        }
        try await clear(member, of: record)
        try await boot(member, of: record)
    }

    /// Lets the daemon end, which hands its duties in the cluster over, then ends whatever is left; the folder stays.
    public func stop(_ member: MemberName, of record: ClusterRecord, limit: Duration) async throws {
        if try await doors.holder(of: member) != nil { try await endDaemon(member, by: "TERM") }
        try await clear(member, of: record)
    }

    /// How long a daemon gets to end by itself; without a majority it cannot.
    private static let farewell: Duration = .seconds(3)

    /// Ends the daemon at once, whatever state it is in.
    public func stopDaemon(of member: MemberName, in record: ClusterRecord) async throws {
        try await endDaemon(member, by: "KILL")
    }

    /// Ends the daemon at once, whatever state it is in, and starts it.
    public func restartDaemon(of member: MemberName, in record: ClusterRecord) async throws {
        try await stopDaemon(of: member, in: record)
        try await startDaemon(member, of: record)
    }

    private func endDaemon(_ member: MemberName, by signal: String) async throws {
        let inside = runner(in: member)
        let subject = Subject.machine(member.text)
        // Only this machine's processes can be seen there; those of containers have other users.
        let which = ["-u", "0", "-f", "^\(engine.daemon) --group"]
        _ = try await inside.run(Command("pkill", ["-\(signal)"] + which, effect: .changes, touches: [subject]))
        let end = time.elapsed + Self.farewell
        while time.elapsed < end {
            let left = try await inside.run(Command("pgrep", which, effect: .awaits, about: [subject], assumed: ""))
            if left.output.isEmpty { return }
            try await time.sleep(pollInterval)
        }
    }

    /// Builds the network of a machine that is off, and starts its first process.
    private func boot(_ member: MemberName, of record: ClusterRecord) async throws {
        guard let subnet = record.subnet, let address = record.member(member)?.address else {
            throw Failure(.conflict, "the record gives \(member) no address")
        }
        let layout = NamespaceLayout(record)
        let subject = Subject.machine(member.text)
        let folder = NamespaceLayout.machine(member)
        try await RootFiles(root).makeFolders(
            [folder, "\(folder)/lxd", "\(folder)/cgroup"], mode: "0711", touches: [subject])
        let network = NamespaceLayout.network(member)
        let cable = layout.cable(member)
        try await IP(root).batch(
            [
                "netns add \(network)", "link add \(cable) type veth peer name eth0 netns \(network)",
                "link set \(cable) master \(layout.bridge) up",
            ], touches: [subject])
        try await IP(root).batch(
            [
                "addr add \(address)/\(subnet.prefix) dev eth0", "link set eth0 up", "link set lo up",
                "route add default via \(subnet.address(1))",
            ], in: network, touches: [subject])
        try await Namespaces(root).start(layout.firstProcess(of: member), network: network, touches: [subject])
    }

    /// Whether the daemon answers.
    public func isSettled(_ member: MemberName, of record: ClusterRecord) async throws -> Bool {
        try await answers(member, .reads)
    }

    /// Waits until the machine's first process runs and its daemon answers; one that has died meanwhile is started again.
    ///
    /// LXD 5.0.2 now and then ends by itself when all members of a cluster start at once.
    public func settle(_ member: MemberName, of record: ClusterRecord, limit: Duration) async throws {
        var lookAgain = time.elapsed + Self.patience
        _ = try await time.wait(
            for: "\(engine.title) on \(member)", limit: limit, every: pollInterval, remedy: "read \(logHint(member))"
        ) {
            if try await answers(member, .awaits) { return true }
            if time.elapsed > lookAgain {
                lookAgain = time.elapsed + Self.patience
                try await startDaemon(member, of: record)
            }
            return nil
        }
    }

    /// How long a daemon may take to answer before it is looked for.
    private static let patience: Duration = .seconds(8)

    /// Starts the daemon in a machine that runs; one that is there already is left alone.
    private func startDaemon(_ member: MemberName, of record: ClusterRecord) async throws {
        let daemon = Command(
            NamespaceLayout(record).entrypoint, ["daemon", member.text, NamespaceLayout.machine(member)],
            effect: .changes, output: .discarded)
        _ = try await runner(in: member).run(daemon)
    }

    private func answers(_ member: MemberName, _ effect: Command.Effect) async throws -> Bool {
        do {
            _ = try await LXC(runner(in: member), engine: engine).server(effect)
            return true
        } catch let failure as Failure where failure.code == .commandFailed || failure.code == .conflict {
            await doors.forget(member)
            return false
        }
    }

    /// Never: a machine's name is on the host before anything of it is made.
    public func isOnItsWay(_ member: MemberName) async throws -> Bool { false }

    /// Ends everything in the machine and removes it, if it is this cluster's.
    public func remove(_ member: MemberName, of record: ClusterRecord) async throws {
        guard try await owner(of: member) ?? record.identifier == record.identifier else { return }
        try await clear(member, of: record)
        try await RootFiles(root).remove(
            [NamespaceLayout.machine(member), NamespaceLayout.owner(member)], touches: [.machine(member.text)])
    }

    private func clear(_ member: MemberName, of record: ClusterRecord) async throws {
        await doors.forget(member)
        try await NamespaceClearance(root: root, time: time).clear(member, of: record)
    }

    /// The address in the record.
    public func address(of member: MemberName, in record: ClusterRecord) async throws -> String {
        record.member(member)?.address?.description ?? "<\(member) address>"
    }

    /// Enters the machine's namespaces.
    public func runner(in member: MemberName) -> any CommandRunner {
        NamespaceRunner(root: root, doors: doors, member: member, engine: engine)
    }

    /// The daemon's log.
    public func logHint(_ member: MemberName) -> String { "\(NamespaceLayout.machine(member))/console.log" }

    /// The daemon's, and what the machine's first process and the daemon printed.
    public func logs(of member: MemberName) -> [MachineLog] {
        let folder = NamespaceLayout.machine(member)
        return [
            MachineLog(name: "lxd", path: "\(folder)/lxd.log"),
            MachineLog(name: "console", path: "\(folder)/console.log"),
        ]
    }

    /// On the host, where they are also when the machine is off.
    public func logRunner(for member: MemberName) -> any CommandRunner { root }
}
