/// What the machines of one cluster share on their host: a subnet, a bridge, a way out, and two files.
struct NamespaceHost: Sendable {
    let root: any CommandRunner
    let engine: Engine
    let name: HostName
    let entrypoint: String
    let resolver: @Sendable () async throws -> String

    /// Whether subnet and bridge are there, and the kernel's limits high enough.
    func isPrepared(_ state: ClusterState) async throws -> Bool {
        async let raising = areLimitsRaised(for: state)
        let (faults, isRaised) = try await (preparationFaults(state), raising)
        return faults.isEmpty && isRaised
    }

    /// Puts everything in place that the machines need to be made.
    func prepare(_ state: ClusterState) async throws {
        guard let subnet = state.subnet else { throw Failure(.conflict, "\(state.name) has no subnet") }
        let layout = NamespaceLayout(state)
        let files = RootFiles(root)
        // Before anything is changed: a dry run that has to choose another subnet names no command of its first attempt.
        let links = try await IP(root).links()
        let hasBridge = links[layout.bridge] != nil
        if !hasBridge { try await checkHostHasMoved(subnet, of: state.identifier) }
        do {
            try await makeFolders(layout)
            try await claim(subnet, for: state)
        } catch let failure as Failure where failure.reports(SystemError.noSuchFile) {
            // The last of the other clusters has just taken the empty folders away; it leaves those of a claim alone.
            try await makeFolders(layout)
            try await claim(subnet, for: state)
        }
        try await raiseLimits(for: state)
        try await files.write(entrypoint, to: layout.entrypoint, mode: "0755")
        try await files.write(await resolver(), to: layout.resolver, mode: "0644")
        let overlay = NamespaceOverlay(state, on: name)
        let gateway = NamespaceLayout.gateway(subnet, overlay)
        // Machines that run have lost their place on a bridge that was deleted.
        let loose = cables(of: state, layout).map(\.cable).filter {
            links[$0]?.isPlugged(into: layout.bridge) == false
        }
        try await IP(root).batch(
            (hasBridge ? [] : ["link add \(layout.bridge) type bridge"]) + [
                "addr replace \(gateway)/\(subnet.prefix) dev \(layout.bridge)", "link set \(layout.bridge) up",
            ] + loose.map { "link set \($0) master \(layout.bridge) up" })
        if let overlay { try await connect(overlay, layout, isThere: links[layout.tunnel] != nil) }
    }

    /// Joins the bridge to those of the cluster's other hosts.
    private func connect(_ overlay: NamespaceOverlay, _ layout: NamespaceLayout, isThere: Bool) async throws {
        let kind = "vxlan id \(overlay.network) local \(overlay.own) dstport \(NamespaceOverlay.port)"
        let mtu = "mtu \(NamespaceOverlay.packetSize)"
        try await IP(root).batch(
            (isThere ? [] : ["link add \(layout.tunnel) \(mtu) type \(kind)"])
                + ["link set \(layout.tunnel) master \(layout.bridge) up"])
        let known = try await Bridge(root).peers(of: layout.tunnel)
        let wanted = Set(overlay.peers)
        try await Bridge(root).change(
            layout.tunnel, adding: overlay.peers.filter { !known.contains($0) },
            removing: known.subtracting(wanted).sorted { $0.bits < $1.bits })
    }

    private func makeFolders(_ layout: NamespaceLayout) async throws {
        try await RootFiles(root).makeFolders(
            [
                NamespaceLayout.root, NamespaceLayout.machines, NamespaceLayout.subnets, NamespaceLayout.limits,
                layout.shared,
            ], mode: "0711")
    }

    /// Takes the subnet, unless it is ours already; who is second on a host is told so.
    private func claim(_ subnet: Subnet, for state: ClusterState) async throws {
        let files = RootFiles(root)
        if try await files.leaveNote(NamespaceLayout.claim(subnet), saying: state.identifier) { return }
        let claims = try await files.links(below: NamespaceLayout.subnets, depth: 1)
        guard claims[NamespaceLayout.note(subnet)] == state.identifier else {
            throw Failure(
                .taken, "another cluster has just taken the subnet \(subnet)", hint: "run the same command again")
        }
    }

    /// Whether nothing of the cluster is left.
    func isReleased(_ state: ClusterState) async throws -> Bool {
        let layout = NamespaceLayout(state)
        let claims = try await RootFiles(root).links(below: NamespaceLayout.subnets, depth: 1)
        guard !claims.values.contains(state.identifier),
            try await IP(root).interfaces().isDisjoint(with: [layout.bridge, layout.tunnel]),
            try await RootFiles(root).inodes(of: [layout.shared, layout.snapshots]).isEmpty
        else { return false }
        if try await KernelSettings(root).hasTable(layout.table) { return false }
        return try await !Firewall(root).rules().has(rulesOf: state.identifier)
    }

    /// Removes everything, apart from the copies where they are to be kept; what is gone already is fine.
    func release(_ state: ClusterState, keepingCopies: Bool) async throws {
        let layout = NamespaceLayout(state)
        let files = RootFiles(root)
        let own = try await IP(root).interfaces().intersection([layout.bridge, layout.tunnel])
        if !own.isEmpty { try await IP(root).delete(own.sorted().map { "link delete \($0)" }) }
        if try await KernelSettings(root).hasTable(layout.table) {
            try await KernelSettings(root).removeTable(layout.table)
        }
        try await Firewall(root).removeRules(of: state.identifier)
        let claims = try await files.links(below: NamespaceLayout.subnets, depth: 1)
        let claimed = claims.filter { $0.value == state.identifier }.keys.sorted()
        try await files.remove(
            ["\(NamespaceLayout.limits)/\(state.identifier)"] + claimed.map { "\(NamespaceLayout.subnets)/\($0)" } + [
                layout.shared
            ]
                + (keepingCopies ? [] : [layout.snapshots]), limit: .seconds(900))
        // Asked again: of two clusters that go at the same time, one is the last. Before that, what is empty for the
        // moment may be what a cluster that comes up has just made.
        guard try await isLast(state) else { return }
        try await removeOutgoingTrafficRules(after: state)
        try await putLimitsBack(after: state)
        try await ControlGroups(root).removeRoot()
        try await removeEmptyFolders()
    }

    private func removeEmptyFolders() async throws {
        let folders = [
            "\(NamespaceLayout.root)/clusters", NamespaceLayout.machines, NamespaceLayout.subnets,
            NamespaceLayout.allSnapshots, NamespaceLayout.forwarding, NamespaceLayout.limits,
        ]
        let present = try await RootFiles(root).inodes(of: folders + [NamespaceLayout.root])
        let existing = (folders + [NamespaceLayout.root]).filter { present[$0] != nil }
        if !existing.isEmpty { try await RootFiles(root).removeEmptyFolders(existing) }
    }
}
