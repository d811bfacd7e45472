/// The machines' access to the outside, and the access of clients elsewhere to the API.
extension NamespaceHost {
    /// Whether the subnet is hidden behind the host's own addresses, and forwarded, also by the host's firewalls.
    func isRouted(_ state: ClusterState) async throws -> Bool {
        try await routingFaults(state).isEmpty
    }

    /// How clients elsewhere reach a member on this host; `nil` where the cluster is on one host alone.
    func portForward(_ state: ClusterState) -> NetworkTable.PortForward? {
        guard let overlay = NamespaceOverlay(state, on: name), let port = state.port,
            let member = state.members(on: name).first.flatMap(state.member)?.address
        else { return nil }
        return NetworkTable.PortForward(address: overlay.own, port: port, member: member, memberPort: engine.port)
    }

    /// Forwards what comes from the machines; the table is the last thing, since it is what is looked for.
    func route(_ state: ClusterState) async throws {
        guard let subnet = state.subnet else { throw Failure(.conflict, "\(state.name) has no subnet") }
        try await allowOutgoingTraffic(NamespaceLayout(state))
        try await allowTrafficFromHosts(state)
        try await Firewall(root).accept(acceptRules(state), of: state.identifier)
        try await KernelSettings(root).write(table(state, subnet))
    }

    /// What the host's rules are to be.
    func table(_ state: ClusterState, _ subnet: Subnet) -> NetworkTable {
        let tunnel = NamespaceOverlay(state, on: name).map {
            NetworkTable.Tunnel(port: NamespaceOverlay.port, network: $0.network, peers: $0.peers)
        }
        let layout = NamespaceLayout(state)
        return NetworkTable(name: layout.table, subnet: subnet, tunnel: tunnel, portForward: portForward(state))
    }

    /// Forwarding is enabled for our bridge and the uplink alone, and only where it is off there.
    private func allowOutgoingTraffic(_ layout: NamespaceLayout) async throws {
        let kernel = KernelSettings(root)
        if try await !kernel.forwards(layout.bridge) { try await kernel.setForwarding(layout.bridge, true) }
        guard let uplink = try await IP(root).uplink(), try await !kernel.forwards(uplink) else { return }
        try await open(uplink)
    }

    /// Turns an uplink's forwarding on; a note says first that it was off when the host was booted.
    func open(_ uplink: String) async throws {
        try await RootFiles(root).makeFolders([NamespaceLayout.forwarding], mode: "0711")
        let note = "\(NamespaceLayout.forwarding)/\(uplink)"
        try await RootFiles(root).remove([note])
        _ = try await RootFiles(root).leaveNote(note, saying: await KernelSettings(root).bootIdentifier())
        try await KernelSettings(root).setForwarding(uplink, true)
    }

    /// The last cluster puts back the forwarding that was enabled since the host was booted, unless it is on everywhere
    /// by now: what is on after a boot was started by the host's owner.
    ///
    /// A cluster that comes up meanwhile has claimed its subnet first, and may have found forwarding on: it gets it back.
    func removeOutgoingTrafficRules(after state: ClusterState) async throws {
        let kernel = KernelSettings(root)
        let notes = try await RootFiles(root).links(below: NamespaceLayout.forwarding, depth: 1)
        if notes.isEmpty { return }
        let boot = try await kernel.bootIdentifier()
        let isWanted = try await kernel.forwardsEverywhere()
        let present = try await IP(root).interfaces()
        let uplinks = notes.filter { !isWanted && $0.value == boot && present.contains($0.key) }.keys.sorted()
        for uplink in uplinks { try await kernel.setForwarding(uplink, false) }
        try await RootFiles(root).remove(notes.keys.sorted().map { "\(NamespaceLayout.forwarding)/\($0)" })
        if try await !isLast(state) { for uplink in uplinks { try await open(uplink) } }
    }

    /// Whether no other cluster has a subnet on the host.
    func isLast(_ state: ClusterState) async throws -> Bool {
        try await RootFiles(root).links(below: NamespaceLayout.subnets, depth: 1).values
            .allSatisfy { $0 == state.identifier }
    }
}
