/// Networks.
extension UnitDiff {
    mutating func compareNetworks(_ inReach: [ClusterInstance]) throws {
        for network in unit.networks {
            let keys = ["ipv4.address=\(network.address)"]
            try checkRange(of: network)
            guard let there = workloads.networks.first(where: { $0.name == network.name }),
                there.isComplete(for: unit.name)
            else {
                try checkAllOnline(for: network.name)
                let all = keys + ["ipv6.address=none", "\(UnitMark.unit)=\(unit.name)"]
                changes.append(
                    UnitChange(
                        .add, .network, network.name, "\(network.address) on every member", .makeNetwork(keys: all)))
                continue
            }
            guard there.unit == unit.name.text else {
                throw Failure(
                    .conflict, "network \(network.name) already exists, and \(Self.owner(there.unit))",
                    hint: "choose another name, or attach to that one: interface = \"\(network.name)\"")
            }
            let old = there.config?["ipv4.address"] ?? "none"
            changes.append(
                old == network.address
                    ? UnitChange(.keep, .network, network.name)
                    : UnitChange(
                        .change, .network, network.name, "\(old) → \(network.address)", .setNetwork(keys: keys)))
        }
        for network in workloads.networks where network.unit == unit.name.text {
            if unit.networks.contains(where: { $0.name == network.name }) { continue }
            let user = network.user(besides: inReach)
            changes.append(
                user.map {
                    UnitChange(.keep, .network, network.name, "not in the file any more, and kept while \($0) uses it")
                } ?? UnitChange(.remove, .network, network.name, "not in the file any more", .removeNetwork))
        }
    }

    /// LXD makes a network on all members or on none.
    func checkAllOnline(for network: String) throws {
        guard let away = workloads.members.first(where: { !$0.isOnline && !$0.isEvacuated }) else { return }
        throw Failure(
            .conflict, "the network \(network) cannot be created while \(away.name) is \(away.status.lowercased())",
            hint: "see bcmcluster status with \(away.name)")
    }

    /// Two networks with the same addresses cut each other off, and one with the members' own cuts the cluster apart.
    private func checkRange(of network: Unit.Network) throws {
        guard let range = NetworkAddress(network.address)?.subnet else { return }
        let others = workloads.networks.filter { $0.managed && $0.name != network.name }
        if let other = others.first(where: { $0.address?.subnet.overlaps(range) ?? false }) {
            throw Failure(
                .conflict, "the network \(network.name) would have addresses that \(other.name) has",
                hint: "choose another address; \(ClusterClient.line("network list")) shows those in use")
        }
        if let member = workloads.members.first(where: { $0.address.map(range.contains) ?? false }) {
            throw Failure(
                .conflict, "the network \(network.name) would have the address of the member \(member.name)",
                hint: "choose another address, and none of the members' network")
        }
    }
}

extension ListedNetwork {
    /// Whether it was made to its end; one of the unit's that was not is recreated.
    fileprivate func isComplete(for unit: UnitName) -> Bool {
        status != "Pending" && !(status == "Errored" && self.unit == unit.text)
    }
}
