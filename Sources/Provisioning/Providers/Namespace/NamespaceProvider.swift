/// Machines that are a real LXD daemon each, in namespaces of their own on this Linux host.
///
/// A machine has a network, mount, UTS, IPC and PID namespace, a control group, a cable to the cluster's bridge and a
/// fixed address. Its first process outlives the command that started it, and takes everything in the machine with it
/// when it ends: also containers, whose monitor is orphaned where there is no PID namespace.
package struct NamespaceProvider: MachineProvider, SharedNetworking, DaemonControl, MachineLogging, ClientAddressing,
    OwnershipChecking, UptimeReporting, DataLocating, SnapshotProvider, Preflighting, MachineSizing, UsageReporting
{
    let root: any CommandRunner
    let files: any Files
    private let host: NamespaceHost
    private let live: NamespaceMachines
    let holders: MachineProcessCache
    let copies: KeptCopies
    let engine: Engine
    let time: any TimeSource

    let place: HostName

    /// A provider whose host is the machine that the runner reaches as root.
    ///
    /// It enters the machines of the cluster with that identifier; without one it can only look.
    package init(
        root: any CommandRunner, engine: Engine, templates: TemplateLibrary, files: any Files, time: any TimeSource,
        host place: HostName = .local, cluster: String? = nil,
        copy: @escaping @Sendable (ClusterState) -> StateCopy? = { _ in nil }
    ) throws {
        self.place = place
        copies = KeptCopies(root, copy)
        self.root = root
        self.files = files
        self.engine = engine
        self.time = time
        let resolver: @Sendable () async throws -> String = {
            try await Resolver.configuration { try await place.isLocal ? files.read($0) : RootFiles(root).read($0) }
        }
        host = NamespaceHost(
            root: root, engine: engine, name: place, entrypoint: try templates.template(.entrypoint).text,
            resolver: resolver)
        live = NamespaceMachines(root: root)
        holders = MachineProcessCache(root, cluster: cluster)
    }

    /// Looks for the programs that are needed, all at once.
    package func check() async throws {
        #if os(Linux)
            let needed = [
                (engine.daemon, engine.debianPackages[0]), (engine.client, engine.debianPackages[1]),
                ("ip", "iproute2"), ("nft", "nftables"),
                ("dnsmasq", "dnsmasq-base"), ("nsenter", "util-linux"), ("find", "findutils"), ("sysctl", "procps"),
            ]
            let missing = try await Which(root).missing(of: needed.map(\.0))
            guard missing.isEmpty else {
                let packages = needed.filter { missing.contains($0.0) }.map(\.1)
                throw Failure(
                    .missing, "the namespace provider needs \(missing.joined(separator: ", "))",
                    hint: "apt-get install \(packages.joined(separator: " "))")
            }
        #else
            throw Failure(
                .missing, "the namespace provider needs Linux", hint: "use --provider multipass on this machine")
        #endif
    }

    /// Looks at the host's firewalls, and where machines are to be made at everything that they need.
    package func preflight(making count: Int, of state: ClusterState?) async throws -> [DoctorCheck] {
        async let firewall = host.firewallCheck(state)
        async let limits = count > 0 ? host.limitCheck(making: count, of: state) : nil
        let checks =
            count > 0
            ? try await NamespacePreflight(root: root).checks(making: count, pool: state?.settings.storage ?? .dir) : []
        async let drivers = state == nil ? NamespacePreflight(root: root).drivers() : nil
        return try await checks + [limits, firewall, drivers].compactMap { $0 }
    }

    /// Chooses the subnet and gives each member its address.
    package func assign(_ state: ClusterState, newMembers: [MemberName]) async throws -> ClusterState {
        var assigned = state
        async let machines = newMembers.isEmpty ? [:] : live.standing()
        async let port = state.spread == nil ? nil : host.choosePort(for: state)
        let subnet = try await host.chooseSubnet(for: state)
        let last = state.members.map(\.name.index).max() ?? 0
        guard NamespaceLayout.firstAddress + last < subnet.count - 1 else {
            throw Failure(
                .badInput, "the subnet \(subnet) has no room for \(last + 1) members",
                hint: "give a larger one with --network")
        }
        let standing = try await machines
        for newMember in newMembers
        where state.host(of: newMember) == place
            && standing[newMember.text].map({ $0.owner != state.identifier }) ?? false
        {
            throw taken(newMember)
        }
        assigned.subnet = subnet
        assigned.port = try await port
        for index in assigned.members.indices {
            let offset = NamespaceLayout.firstAddress + assigned.members[index].name.index
            assigned.members[index].address = subnet.address(offset)
        }
        return assigned
    }

    /// The machines whose owner's note has this cluster's identifier.
    package func machines(of state: ClusterState) async throws -> [MemberName: Machine] {
        let standing = try await live.standing()
        for member in state.members.map(\.name) {
            if let machine = standing[member.text], machine.owner == state.identifier, let holder = machine.holder {
                await holders.learn(member, holder)
            }
        }
        return Dictionary(
            state.members.compactMap { member in
                guard let machine = standing[member.name.text], machine.owner == state.identifier else { return nil }
                return (
                    member.name, Machine(state: machine.holder == nil ? .stopped : .running, address: member.address)
                )
            }
        ) { first, _ in first }
    }

    /// The moment at which each machine's first process was recorded.
    package func began(_ running: [MemberName], of state: ClusterState) async throws -> [MemberName: Int] {
        let notes = Dictionary(uniqueKeysWithValues: running.map { ("\(NamespaceLayout.machine($0))/holder", $0) })
        let times = try await RootFiles(root).times(of: notes.keys.sorted())
        return Dictionary(uniqueKeysWithValues: times.compactMap { path, time in notes[path].map { ($0, time) } })
    }

    /// By the machines' control groups and cables, which the host's kernel counts.
    package func usage(of running: [MemberName], in state: ClusterState) async throws -> [MemberName: MachineUsage] {
        let layout = NamespaceLayout(state)
        let parts = running.map {
            ($0, KernelCounters.Part(group: layout.controlGroup(of: $0), cable: layout.cable($0)))
        }
        return try await KernelCounters(root).usage(of: Dictionary(parts) { first, _ in first })
    }

    /// By what the machines' owners' notes and the copies of the states say.
    package func hostedClusters(named cluster: ClusterName?) async throws -> [HostedCluster] {
        let copies = try await copies.all().filter { cluster == nil || $0.state.name == cluster }
        var found = Dictionary(
            copies.map { ("\($0.state.name) \($0.state.identifier)", HostedCluster($0)) }
        ) { first, _ in first }
        for (name, machine) in try await live.standing() {
            guard let member = try? MemberName(coded: name), cluster == nil || member.cluster == cluster else {
                continue
            }
            let key = "\(member.cluster) \(machine.owner)"
            let empty = HostedCluster(name: member.cluster, identifier: machine.owner, members: [])
            found[key, default: empty].members.append(member)
        }
        var sorted: [HostedCluster] = []
        for (_, cluster) in found.sorted(by: { $0.key < $1.key }) {
            var cluster = cluster
            cluster.members.sort()
            if cluster.state == nil { cluster.engine = try await engine(of: cluster.members) }
            sorted.append(cluster)
        }
        return sorted
    }

    /// The engine whose folder the machines have; `nil` where there is none.
    private func engine(of members: [MemberName]) async throws -> Engine? {
        let folders = Engine.all.flatMap { engine in members.map { (engine, NamespaceLayout.daemon($0, engine)) } }
        let inodes = try await RootFiles(root).inodes(of: folders.map(\.1))
        return folders.first { inodes[$0.1] != nil }?.0
    }

    /// Whether the bridge and the rest are there.
    package func isPrepared(_ state: ClusterState) async throws -> Bool { try await host.isPrepared(state) }
    /// Makes the bridge and the rest, unless the members' names are another cluster's by now.
    package func prepare(_ state: ClusterState) async throws {
        try await checkOwnership(of: state.spread == nil ? state : state.restricted(to: place))
        try await host.prepare(state)
        try await copies.keep(state)
    }
    /// What of the bridge, the rules and the rest is missing.
    package func networkFaults(of state: ClusterState) async throws -> [NetworkFault] {
        try await host.faults(of: state)
    }
    /// Whether the rules are there.
    package func isRouted(_ state: ClusterState) async throws -> Bool { try await host.isRouted(state) }
    /// Makes the rules, and enables forwarding.
    package func route(_ state: ClusterState) async throws { try await host.route(state) }
    /// Whether the bridge and the rest are gone.
    package func isReleased(_ state: ClusterState) async throws -> Bool { try await host.isReleased(state) }
    /// Removes the bridge and the rest, once no machine has the cluster's identifier any more; complete copies of machines
    /// stay until the whole cluster is destroyed.
    package func release(_ state: ClusterState) async throws {
        let left = try await StepScope.outcome(assuming: []) {
            try await live.standing().filter { $0.value.owner == state.identifier }.keys.sorted()
        }
        guard left.isEmpty else {
            throw Failure(
                .conflict, "\(left.joined(separator: ", ")) on this host still has the identifier of \(state.name)",
                hint: "compare \(NamespaceLayout.machines) with the state of \(state.name)")
        }
        let keepsCopies = state.isDeleting == true ? false : try await holdsCopies(of: state)
        try await host.release(state, keepingCopies: keepsCopies)
    }

    /// Compares the owners' notes with the state, both ways: a state file may have been edited, copied or exchanged.
    package func checkOwnership(of state: ClusterState) async throws {
        let standing = try await live.standing()
        let others = standing.filter { name, machine in
            machine.owner == state.identifier && MemberName(name, of: state.name) == nil
        }
        guard others.isEmpty else {
            throw Failure(
                .conflict,
                "the state of \(state.name) has the identifier of another cluster's machines: \(others.keys.sorted().joined(separator: ", "))",
                hint: "restore the state file, or destroy that cluster with its own state; nothing was removed")
        }
        for member in state.members.map(\.name) {
            guard let owner = standing[member.text]?.owner, owner != state.identifier else { continue }
            throw Failure(
                .conflict,
                "the machine \(member) belongs to the cluster \(owner), and the state says \(state.identifier)",
                hint:
                    "if it is this cluster's machine, write that identifier into its cluster.json; if it is another's, "
                    + "remove the folder of \(state.name) below BCM_RUNTIME_DIR/clusters by hand; nothing was removed")
        }
    }

    /// The address in the state.
    package func address(of member: MemberName, in state: ClusterState) async throws -> String {
        state.member(member)?.address?.description ?? "<\(member) address>"
    }

    /// The host's port that leads to a member there, where the cluster is spread over hosts.
    package func clientAddress(of member: MemberName, in state: ClusterState) async throws -> String {
        guard let overlay = NamespaceOverlay(state, on: place), let port = state.port else {
            return try await "\(address(of: member, in: state)):\(engine.port)"
        }
        return "\(overlay.own):\(port)"
    }

    /// Enters the machine's namespaces.
    package func runner(in member: MemberName) -> any CommandRunner {
        NamespaceRunner(root: root, holders: holders, member: member, engine: engine)
    }

    /// The machine's own.
    package func dataFolders(of member: MemberName) -> [String] { [NamespaceLayout.daemon(member, engine)] }

    /// The daemon's, and what the machine's first process and the daemon printed.
    package func logs(of member: MemberName) -> [MachineLog] {
        let folder = NamespaceLayout.machine(member)
        return [
            MachineLog(name: engine.name, path: "\(folder)/\(engine.name).log", topic: .daemon),
            MachineLog(name: "console", path: "\(folder)/console.log", topic: .machine),
        ]
    }

    /// On the host, where they are also when the machine is off.
    package func logRunner(for member: MemberName) -> any CommandRunner { root }
}
