/// The way out of the machines, and the way in of clients elsewhere.
extension NamespaceHost {
    /// Whether the subnet is hidden behind the host's own addresses, and forwarded.
    func isRouted(_ record: ClusterRecord) async throws -> Bool {
        guard let subnet = record.subnet, try await KernelSettings(root).holds(table(record, subnet)) else {
            return false
        }
        return try await isForwarded(NamespaceLayout(record).bridge)
    }

    /// Whether what comes from the bridge gets out, and what answers gets back.
    private func isForwarded(_ bridge: String) async throws -> Bool {
        let kernel = KernelSettings(root)
        if try await kernel.forwardsEverywhere() { return true }
        guard try await kernel.forwards(bridge) else { return false }
        guard let uplink = try await IP(root).uplink() else { return true }
        return try await kernel.forwards(uplink)
    }

    /// How clients elsewhere reach a member on this host; `nil` where the cluster is on one host alone.
    private func door(_ record: ClusterRecord) -> NetworkTable.Door? {
        guard let overlay = NamespaceOverlay(record, on: name), let port = record.port,
            let member = record.members(on: name).first.flatMap(record.member)?.address
        else { return nil }
        return NetworkTable.Door(address: overlay.own, port: port, member: member)
    }

    /// Forwards what comes from the machines; the table is the last thing, since it is what is looked for.
    func route(_ record: ClusterRecord) async throws {
        guard let subnet = record.subnet else { throw Failure(.conflict, "\(record.name) has no subnet") }
        try await openTheWayOut(NamespaceLayout(record))
        try await KernelSettings(root).write(table(record, subnet))
    }

    /// What the host's rules are to be.
    private func table(_ record: ClusterRecord, _ subnet: Subnet) -> NetworkTable {
        let tunnel = NamespaceOverlay(record, on: name).map {
            NetworkTable.Tunnel(port: NamespaceOverlay.port, network: $0.network, peers: $0.peers)
        }
        let layout = NamespaceLayout(record)
        return NetworkTable(name: layout.table, subnet: subnet, tunnel: tunnel, door: door(record))
    }

    /// Forwarding is turned on for our bridge and the uplink alone, and only where it is off everywhere.
    private func openTheWayOut(_ layout: NamespaceLayout) async throws {
        let kernel = KernelSettings(root)
        if try await kernel.forwardsEverywhere() { return }
        try await kernel.setForwarding(layout.bridge, true)
        guard let uplink = try await IP(root).uplink(), try await !kernel.forwards(uplink) else { return }
        try await open(uplink)
    }

    /// Turns an uplink's forwarding on; a note says first that it was off when the host was booted.
    private func open(_ uplink: String) async throws {
        try await RootFiles(root).makeFolders([NamespaceLayout.forwarding], mode: "0711")
        let note = "\(NamespaceLayout.forwarding)/\(uplink)"
        try await RootFiles(root).remove([note])
        _ = try await RootFiles(root).leaveNote(note, saying: await KernelSettings(root).bootIdentifier())
        try await KernelSettings(root).setForwarding(uplink, true)
    }

    /// The last cluster puts back the forwarding that was turned on since the host was booted, unless it is on everywhere
    /// by now: what is on after a boot was turned on by the host's owner.
    ///
    /// A cluster that comes up meanwhile has claimed its subnet first, and may have found forwarding on: it gets it back.
    func closeTheWayOut(after record: ClusterRecord) async throws {
        let kernel = KernelSettings(root)
        let notes = try await RootFiles(root).links(below: NamespaceLayout.forwarding, depth: 1)
        if notes.isEmpty { return }
        let boot = try await kernel.bootIdentifier()
        let isWanted = try await kernel.forwardsEverywhere()
        let present = try await IP(root).interfaces()
        let uplinks = notes.filter { !isWanted && $0.value == boot && present.contains($0.key) }.keys.sorted()
        for uplink in uplinks { try await kernel.setForwarding(uplink, false) }
        try await RootFiles(root).remove(notes.keys.sorted().map { "\(NamespaceLayout.forwarding)/\($0)" })
        if try await !isLast(record) { for uplink in uplinks { try await open(uplink) } }
    }

    /// Whether no other cluster has a subnet on the host.
    func isLast(_ record: ClusterRecord) async throws -> Bool {
        try await RootFiles(root).links(below: NamespaceLayout.subnets, depth: 1).values
            .allSatisfy { $0 == record.identifier }
    }
}
