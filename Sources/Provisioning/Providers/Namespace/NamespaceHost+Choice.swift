/// What is chosen for a cluster before anything is made: what nobody on the host uses.
extension NamespaceHost {
    /// A subnet that nothing on the host uses: the one that was asked for, the one that was chosen before, or the first
    /// that is free.
    func chooseSubnet(for state: ClusterState) async throws -> Subnet {
        let claims = try await RootFiles(root).links(below: NamespaceLayout.subnets, depth: 1)
        let claimant = state.subnet.flatMap { claims[NamespaceLayout.note($0)] }
        if let own = state.subnet, claimant == state.identifier { return own }
        // A state that is rebuilt from its machines does not know it yet.
        if state.subnet == nil, let own = claims.first(where: { $0.value == state.identifier }) {
            if let subnet = Subnet(own.key.replacing("_", with: "/")) { return subnet }
        }
        let claimed = claims.filter { $0.value != state.identifier }.keys
            .compactMap { Subnet($0.replacing("_", with: "/")) }
        let bridge = NamespaceLayout(state).bridge
        let routes = try await IP(root).routes().filter { $0.device != bridge && $0.subnet.prefix > 0 }
        if let wanted = try wanted(state, isUnclaimed: claimant == nil) {
            try check(wanted, against: claimed, routes)
            return wanted
        }
        let used = claimed + routes.map(\.subnet)
        let candidates = (64..<248).map { Subnet(IPv4(bits: 10 << 24 | UInt32($0) << 16), prefix: 22) }
        // What another host has chosen, or a higher one, so that all hosts come to agree.
        let lowest = state.subnet?.base.bits ?? 0
        let free = candidates.first { candidate in
            candidate.base.bits >= lowest && !used.contains(where: candidate.overlaps)
        }
        guard let free else {
            throw Failure(
                .conflict, "every subnet from 10.64.0.0/22 to 10.247.0.0/22 is in use on this host",
                hint: "give a free one with --network")
        }
        return free
    }

    /// The subnet that has to be it: by the user's wish, or since this cluster's members may have its addresses already.
    private func wanted(_ state: ClusterState, isUnclaimed: Bool) throws -> Subnet? {
        guard let text = state.settings.network else {
            return isUnclaimed && state.spread == nil ? state.subnet : nil
        }
        guard let subnet = Subnet(text), subnet.canHoldMachines else {
            throw Failure(
                .badInput, "--network: \(Shell.quoted(text)) is not a subnet for the namespace provider",
                hint: "give one such as 10.77.0.0/22, with a prefix from 16 to 24")
        }
        return subnet
    }

    /// Throws `Failure.conflict` where the host has got an address in the cluster's subnet, or into a network that overlaps
    /// it, while the bridge was away, as after a reboot elsewhere: the bridge would take the other's addresses.
    ///
    /// Throws `Failure.taken` where it is another cluster's: a dry run claims nothing, and another run may have meanwhile.
    func checkHostHasMoved(_ subnet: Subnet, of identifier: String) async throws {
        do {
            try check(subnet, against: [], try await IP(root).routes().filter { $0.isDirect && $0.subnet.prefix > 0 })
        } catch var failure as Failure where failure.code == .conflict {
            let claims = try await RootFiles(root).links(below: NamespaceLayout.subnets, depth: 1)
            let isTaken = claims.contains { claim, owner in
                owner != identifier && Subnet(claim.replacing("_", with: "/")).map(subnet.overlaps) ?? false
            }
            if isTaken { failure.code = .taken }
            throw failure
        }
    }

    /// Throws `Failure.conflict` where another cluster, or the host itself, uses an address of the subnet.
    private func check(_ subnet: Subnet, against claimed: [Subnet], _ routes: [IP.Route]) throws {
        let place = name.isLocal ? "this host" : "\(name)"
        guard !claimed.contains(where: subnet.overlaps) else {
            throw Failure(
                .conflict, "another cluster on \(place) has the subnet \(subnet), or a part of it",
                hint: "give another with --network, or none")
        }
        if let route = routes.first(where: { subnet.overlaps($0.subnet) }) {
            throw Failure(
                .conflict, "the subnet \(subnet) overlaps \(route.subnet), which \(place) uses on \(route.device)",
                hint: "give another with --network, or none")
        }
    }

    /// A port on which nobody on the host listens, by which clients elsewhere reach the cluster; one that is in use stays.
    func choosePort(for state: ClusterState) async throws -> Int {
        let isOurs = try await RootFiles(root).links(below: NamespaceLayout.subnets, depth: 1).values
            .contains(state.identifier)
        if let port = state.port, isOurs { return port }
        let used = try await Sockets(root).listening()
        // Above what services have by custom, below what the kernel gives to whoever calls.
        let start = state.port ?? 20_000 + (Int(state.identifier.suffix(4), radix: 16) ?? 0) % 10_000
        guard let port = (start..<max(start, 32_000)).first(where: { !used.contains($0) }) else {
            throw Failure(.conflict, "every port from \(start) to 31999 is in use on \(name)")
        }
        return port
    }
}
