/// A machine from its making to its end.
extension NamespaceProvider {
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

    /// The failure of a name that another cluster has on this host.
    func taken(_ member: MemberName) -> Failure {
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
        let overlay = NamespaceOverlay(record, on: place)
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
        try await Namespaces(root).start(layout.firstProcess(of: member), network: network, touches: [subject])
    }

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
}
