/// What the machines of one cluster share on their host: a subnet, a bridge, a way out, and two files.
struct NamespaceHost: Sendable {
    let root: any CommandRunner
    let entrypoint: String
    let resolver: @Sendable () throws -> String

    /// A subnet that nothing on the host uses: the one that was asked for, or the first that is free.
    func chooseSubnet(for record: ClusterRecord) async throws -> Subnet {
        let claims = try await RootFiles(root).links(below: NamespaceLayout.subnets, depth: 1)
        if let own = record.subnet, claims[NamespaceLayout.note(own)] ?? record.identifier == record.identifier {
            return own
        }
        let claimed = claims.keys.compactMap { Subnet($0.replacing("_", with: "/")) }
        if let wanted = record.settings.network {
            guard let subnet = Subnet(wanted), 16...24 ~= subnet.prefix else {
                throw Failure(
                    .badInput, "--network: \(Shell.quoted(wanted)) is not a subnet for the namespace provider",
                    remedy: "give one such as 10.77.0.0/22, with a prefix from 16 to 24")
            }
            guard !claimed.contains(where: subnet.overlaps) else {
                throw Failure(.conflict, "another cluster on this host has the subnet \(subnet)")
            }
            return subnet
        }
        let used = try await IP(root).usedSubnets().filter { $0.prefix > 0 } + claimed
        let candidates = (64..<248).map { Subnet(IPv4(bits: 10 << 24 | UInt32($0) << 16), prefix: 22) }
        guard let free = candidates.first(where: { candidate in !used.contains(where: candidate.overlaps) }) else {
            throw Failure(
                .conflict, "every subnet from 10.64.0.0/22 to 10.247.0.0/22 is in use on this host",
                remedy: "give a free one with --network")
        }
        return free
    }

    /// Whether subnet and bridge are there.
    func isPrepared(_ record: ClusterRecord) async throws -> Bool {
        let layout = NamespaceLayout(record)
        guard let subnet = record.subnet else { return false }
        let claims = try await RootFiles(root).links(below: NamespaceLayout.subnets, depth: 1)
        guard claims[NamespaceLayout.note(subnet)] == record.identifier else { return false }
        return try await IP(root).interfaces().contains(layout.bridge)
    }

    /// Puts everything in place that the machines need to be made.
    func prepare(_ record: ClusterRecord) async throws {
        guard let subnet = record.subnet else { throw Failure(.conflict, "\(record.name) has no subnet") }
        let layout = NamespaceLayout(record)
        let files = RootFiles(root)
        do {
            try await makeFolders(layout)
            try await claim(subnet, for: record)
        } catch let failure as Failure where failure.output?.contains("No such file") ?? false {
            // The last of the other clusters has just taken the empty folders away; it leaves those of a claim alone.
            try await makeFolders(layout)
            try await claim(subnet, for: record)
        }
        try await files.write(entrypoint, to: layout.entrypoint, mode: "0755")
        try await files.write(resolver(), to: layout.resolver, mode: "0644")
        let isThere = try await IP(root).interfaces().contains(layout.bridge)
        try await IP(root).batch(
            (isThere ? [] : ["link add \(layout.bridge) type bridge"]) + [
                "addr replace \(subnet.address(1))/\(subnet.prefix) dev \(layout.bridge)",
                "link set \(layout.bridge) up",
            ])
    }

    /// Whether the subnet is hidden behind the host's own addresses.
    func isRouted(_ record: ClusterRecord) async throws -> Bool {
        try await KernelSettings(root).hasTable(NamespaceLayout(record).table)
    }

    /// Forwards what comes from the machines; the table is the last thing, since it is what is looked for.
    func route(_ record: ClusterRecord) async throws {
        guard let subnet = record.subnet else { throw Failure(.conflict, "\(record.name) has no subnet") }
        let layout = NamespaceLayout(record)
        try await openTheWayOut(layout)
        try await KernelSettings(root).masquerade(subnet, table: layout.table)
    }

    private func makeFolders(_ layout: NamespaceLayout) async throws {
        try await RootFiles(root).makeFolders(
            [NamespaceLayout.root, NamespaceLayout.machines, NamespaceLayout.subnets, layout.shared], mode: "0711")
    }

    /// Takes the subnet, unless it is ours already; who is second on a host is told so.
    private func claim(_ subnet: Subnet, for record: ClusterRecord) async throws {
        let files = RootFiles(root)
        if try await files.leaveNote(NamespaceLayout.claim(subnet), saying: record.identifier) { return }
        let claims = try await files.links(below: NamespaceLayout.subnets, depth: 1)
        guard claims[NamespaceLayout.note(subnet)] == record.identifier else {
            throw Failure(
                .taken, "another cluster has just taken the subnet \(subnet)", remedy: "run the same command again")
        }
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

    /// Whether nothing of the cluster is left.
    func isReleased(_ record: ClusterRecord) async throws -> Bool {
        let layout = NamespaceLayout(record)
        let claims = try await RootFiles(root).links(below: NamespaceLayout.subnets, depth: 1)
        guard !claims.values.contains(record.identifier),
            try await !IP(root).interfaces().contains(layout.bridge),
            try await RootFiles(root).inodes(of: [layout.shared, layout.snapshots]).isEmpty
        else { return false }
        return try await !KernelSettings(root).hasTable(layout.table)
    }

    /// Takes everything away; what is gone already is fine.
    func release(_ record: ClusterRecord) async throws {
        let layout = NamespaceLayout(record)
        let files = RootFiles(root)
        if try await IP(root).interfaces().contains(layout.bridge) {
            try await IP(root).delete(["link delete \(layout.bridge)"])
        }
        if try await KernelSettings(root).hasTable(layout.table) {
            try await KernelSettings(root).removeTable(layout.table)
        }
        let claims = try await files.links(below: NamespaceLayout.subnets, depth: 1)
        let own = claims.filter { $0.value == record.identifier }.keys.sorted()
        try await files.remove(
            own.map { "\(NamespaceLayout.subnets)/\($0)" } + [layout.shared, layout.snapshots], limit: .seconds(900))
        // Asked anew: of two clusters that go at the same time, one is the last. Before that, what is empty for the
        // moment may be what a cluster that comes up has just made.
        let rest = try await files.links(below: NamespaceLayout.subnets, depth: 1).values
        guard rest.allSatisfy({ $0 == record.identifier }) else { return }
        try await closeTheWayOut()
        try await ControlGroups(root).removeRoot()
        try await removeEmptyFolders()
    }

    /// The last cluster puts the uplinks' forwarding back, unless somebody has turned it on everywhere since.
    private func closeTheWayOut() async throws {
        let kernel = KernelSettings(root)
        let uplinks = try await RootFiles(root).links(below: NamespaceLayout.forwarding, depth: 1).keys.sorted()
        if uplinks.isEmpty { return }
        let isWanted = try await kernel.forwardsEverywhere()
        let present = try await IP(root).interfaces()
        for uplink in uplinks where !isWanted && present.contains(uplink) {
            try await kernel.setForwarding(uplink, false)
        }
        try await RootFiles(root).remove([NamespaceLayout.forwarding])
    }

    private func removeEmptyFolders() async throws {
        let folders = [
            "\(NamespaceLayout.root)/clusters", NamespaceLayout.machines, NamespaceLayout.subnets,
            NamespaceLayout.allSnapshots,
        ]
        let present = try await RootFiles(root).inodes(of: folders + [NamespaceLayout.root])
        let existing = (folders + [NamespaceLayout.root]).filter { present[$0] != nil }
        if !existing.isEmpty { try await RootFiles(root).removeEmptyFolders(existing) }
    }
}
