/// The way out of the machines, and the way in of clients elsewhere.
extension NamespaceHost {
    /// Whether the subnet is hidden behind the host's own addresses.
    func isRouted(_ record: ClusterRecord) async throws -> Bool {
        guard let subnet = record.subnet else { return false }
        return try await KernelSettings(root).holds(table(record, subnet))
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
        try await RootFiles(root).makeFolders([NamespaceLayout.forwarding], mode: "0711")
        let note = "\(NamespaceLayout.forwarding)/\(uplink)"
        try await RootFiles(root).remove([note])
        _ = try await RootFiles(root).leaveNote(note, saying: layout.identifier)
        try await kernel.setForwarding(uplink, true)
    }

    /// The last cluster puts the uplinks' forwarding back, unless somebody has turned it on everywhere since.
    func closeTheWayOut() async throws {
        let kernel = KernelSettings(root)
        let uplinks = try await RootFiles(root).links(below: NamespaceLayout.forwarding, depth: 1).keys.sorted()
        if uplinks.isEmpty { return }
        let isWanted = try await kernel.forwardsEverywhere()
        let present = try await IP(root).interfaces()
        for uplink in uplinks where !isWanted && present.contains(uplink) {
            try await kernel.setForwarding(uplink, false)
        }
        // A cluster that comes up at the same time may have just left a note of its own.
        try await RootFiles(root).remove(uplinks.map { "\(NamespaceLayout.forwarding)/\($0)" })
        try await RootFiles(root).removeEmptyFolders([NamespaceLayout.forwarding])
    }
}
