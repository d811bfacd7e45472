/// Networks.
extension UnitDiff {
    mutating func compareNetworks(_ inReach: [ClusterInstance]) throws {
        for network in unit.networks {
            let keys = ["ipv4.address=\(network.address)"]
            guard let there = workloads.networks.first(where: { $0.name == network.name }), there.status != "Pending"
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
                    .conflict, "there is a network \(network.name) already, which \(Self.owner(there.unit))",
                    remedy: "choose another name, or attach to that one: interface = \"\(network.name)\"")
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
            .conflict, "the network \(network) cannot be made while \(away.name) is \(away.status.lowercased())",
            remedy: "bcmcluster status says what is the matter with \(away.name)")
    }
}
