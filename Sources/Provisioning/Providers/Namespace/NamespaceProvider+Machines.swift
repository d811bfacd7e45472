/// A machine from its making to its end.
extension NamespaceProvider {
    /// Claims the name on the host, makes the machine's folder, starts the machine, and waits for its daemon.
    ///
    /// Each start keeps a processor busy: without the wait here the first member, for which all others wait, would share
    /// the processors with them. `start` must not wait, since daemons that were in a cluster wait for each other.
    package func create(_ machine: MachineSpecification, of state: ClusterState) async throws {
        let member = machine.member
        try await copies.keep(state)
        if try await !claim(member, for: state) { try await clear(member, of: state) }
        try await limit(machine, of: state)
        do { try await boot(member, of: state) } catch let failure as Failure
            where failure.reports(SystemError.fileExists)
        {
            // The name is ours, and what has it is left over from a machine whose folder somebody has removed.
            try await clear(member, of: state)
            try await limit(machine, of: state)
            try await boot(member, of: state)
        }
        do { try await settle(member, of: state, limit: machine.limit) } catch let failure as Failure
            where failure.code == .conflict
        {
            // Its first process exited, before there was anything in the machine: once more, from the start.
            try await start(member, of: state, limit: machine.limit)
            try await settle(member, of: state, limit: machine.limit)
        }
    }

    /// Claims the name on the host; false where it is the cluster's already.
    func claim(_ member: MemberName, for state: ClusterState) async throws -> Bool {
        let note = NamespaceLayout.owner(member)
        let subject = Subject.machine(member.text)
        if try await RootFiles(root).leaveNote(note, saying: state.identifier, touches: [subject]) { return true }
        guard try await owner(of: member) == state.identifier else { throw taken(member) }
        return false
    }

    /// The failure of a name that another cluster has on this host.
    func taken(_ member: MemberName) -> Failure {
        Failure(
            .conflict, "another cluster on this host has a machine named \(member)",
            hint: "choose another cluster name, or destroy that cluster first")
    }

    private func owner(of member: MemberName) async throws -> String? {
        try await RootFiles(root).links(below: NamespaceLayout.machines, depth: 1)["\(member).owner"]
    }

    /// Starts a machine that is off; in one that runs, starts the daemon if it has died.
    package func start(_ member: MemberName, of state: ClusterState, limit: Duration) async throws {
        await holders.forget(member)
        guard try await holders.holder(of: member) == nil else {
            try await startDaemon(member, of: state)
            return
        }
        try await clear(member, of: state)
        try await boot(member, of: state)
    }

    /// Lets the daemon end, which hands its duties in the cluster over, then ends whatever is left; the folder stays.
    package func stop(_ member: MemberName, of state: ClusterState, limit: Duration) async throws {
        if try await holders.holder(of: member) != nil { try await endDaemon(member, by: "TERM") }
        try await clear(member, of: state)
    }

    /// Builds the network of a machine that is off, and starts its first process.
    private func boot(_ member: MemberName, of state: ClusterState) async throws {
        guard let subnet = state.subnet, let address = state.member(member)?.address else {
            throw Failure(.conflict, "the state has no address for \(member)")
        }
        let layout = NamespaceLayout(state)
        let subject = Subject.machine(member.text)
        let folder = NamespaceLayout.machine(member)
        try await RootFiles(root).makeFolders(
            [folder, NamespaceLayout.daemon(member, engine), "\(folder)/cgroup"], mode: "0711", touches: [subject])
        let network = NamespaceLayout.network(member)
        let cable = layout.cable(member)
        let overlay = NamespaceOverlay(state, on: place)
        let mtu = overlay.map { _ in " mtu \(NamespaceOverlay.packetSize)" } ?? ""
        try await IP(root).batch(
            [
                "netns add \(network)", "link add \(cable)\(mtu) type veth peer name eth0\(mtu) netns \(network)",
                "link set \(cable) master \(layout.bridge) up",
            ], touches: [subject])
        try await IP(root).batch(
            [
                "addr add \(address)/\(subnet.prefix) dev eth0", "link set eth0 up", "link set lo up",
                "route add default via \(NamespaceLayout.gateway(subnet, overlay))",
            ], in: network, touches: [subject])
        try await Namespaces(root).start(
            layout.firstProcess(of: member) + NamespaceLayout.entrypointArguments(engine), network: network,
            log: "\(folder)/console.log", touches: [subject])
    }

    /// Ends everything in the machine and removes it, if it is this cluster's.
    package func remove(_ member: MemberName, of state: ClusterState) async throws {
        guard try await owner(of: member) ?? state.identifier == state.identifier else { return }
        try await clear(member, of: state)
        try await RootFiles(root).remove(
            [NamespaceLayout.machine(member), NamespaceLayout.owner(member)], touches: [.machine(member.text)])
    }

    private func clear(_ member: MemberName, of state: ClusterState) async throws {
        await holders.forget(member)
        try await NamespaceTeardown(root: root, time: time).clear(member, of: state)
    }
}
