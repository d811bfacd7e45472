/// Networks: which there are to be, who gets which address, and what becomes of each.
extension UnitDiff {
    /// A network that the unit is on, with the addresses that are given.
    struct Network: Sendable {
        let name: String
        let range: NetworkAddress
        /// What is there of it; `nil` where it has to be made.
        let present: ListedNetwork?
        /// How it gets from one member to the next.
        let transport: NetworkTransport
        var pool: AddressPool
    }

    /// The networks of the unit; throws where one is somebody else's, or cannot have its range.
    static func networks(of unit: Unit, _ workloads: Workloads) throws -> [Network] {
        var found: [Network] = []
        for network in unit.networks {
            let listed = workloads.networks.first { $0.name == network.name }
            let present = listed.flatMap { $0.isComplete ? $0 : nil }
            if let present, present.units.isEmpty {
                throw Failure(
                    .conflict, "network \(network.name) already exists, and \(owner(nil))",
                    hint: "choose another name, or attach to that one: interface = \"\(network.name)\"")
            }
            var others = workloads
            others.networks += found.map { ListedNetwork(planned: $0.name, $0.range) }
            let wanted = network.address.flatMap { NetworkAddress($0) }
            let range = try wanted ?? present?.address ?? listed?.address ?? others.freeRange()
            try check(range, of: network.name, others)
            if let old = present?.address, old != range, let user = workloads.user(of: network.name) {
                // The engine takes no card off a network whose range its address is not in (LXD 5.0.2).
                throw Failure(
                    .conflict, "the network \(network.name) has \(old.subnet), and \(user) is on it",
                    hint: "leave address out, or name another network: instances come to it")
            }
            found.append(
                Network(
                    name: network.name, range: range, present: present,
                    transport: try transport(of: network, present, workloads),
                    pool: workloads.addressPool(of: network.name, range)))
        }
        return found
    }

    /// A network keeps the way that it was made with.
    private static func transport(
        of network: Unit.Network, _ present: ListedNetwork?, _ workloads: Workloads
    ) throws -> NetworkTransport {
        let wanted = network.isEncrypted ? workloads.encryptedTransport : workloads.transport
        guard let present, let own = present.transport(of: workloads.cluster) else { return wanted }
        if case .links(_, _, isEncrypted: true) = wanted, network.isEncrypted, !present.isEncrypted {
            throw Failure(
                .conflict, "the network \(network.name) already exists and is not encrypted",
                hint: "give the unit a network of another name, or leave encrypt out")
        }
        return own
    }

    /// The cards of an instance on the unit's networks; each address is given once.
    mutating func cards(_ number: Int, present: ClusterInstance?) throws -> [NetworkCard] {
        let name = present?.name ?? unit.name.instance(number)
        let isFirstTaken = unit.interface.map { interface in !networks.contains { $0.name == interface } } ?? false
        return try networks.indices.map { index in
            let network = networks[index]
            let own = present?.addresses(on: network.name).first
            if let own, let rival = present.flatMap({ workloads.rival(of: $0, for: own, on: network.name) }) {
                networks[index].pool.leave(own, to: rival)
            }
            let fixed = index == 0 ? unit.address?.advanced(by: number - 1) : nil
            let address =
                try fixed.map { try networks[index].pool.take($0, for: name, in: network.name) }
                ?? networks[index].pool.take(for: name, number: number, keeping: own, in: network.name)
            return NetworkCard(
                interface: "eth\(isFirstTaken ? index + 1 : index)", network: network.name, address: address,
                range: network.range)
        }
    }

    /// What becomes of the networks, once it is known which instances there will be, with these besides those that are there.
    func networkChanges(_ changes: [UnitChange]) throws -> [UnitChange] {
        try networks.map { try change(of: $0, changes) } + leavings(changes)
    }

    private func change(of network: Network, _ changes: [UnitChange]) throws -> UnitChange {
        // A unit that is gone may have left its mark, while a member was away.
        let others = (network.present?.units ?? []).filter { workloads.hasInstances(of: $0) }
        let names = workloads.names(on: network.name, after: changes)
        let wanted = UnitNetwork(
            name: network.name, range: network.range, units: others.union([unit.name.text]),
            tunnel: network.present?.tunnel
                ?? UnitNetwork.tunnel(of: network.name, in: workloads.cluster, besides: workloads.networks),
            names: names, openPorts: workloads.openPorts(on: network.range, after: changes),
            transport: network.transport)
        guard let present = network.present else {
            try checkAllOnline(for: network.name)
            return UnitChange(
                .add, .network, network.name, "\(network.range.subnet) over all members", .makeNetwork(wanted))
        }
        return Self.change(present, to: wanted, workloads)
    }

    /// What is to be changed of a network that is there.
    static func change(_ present: ListedNetwork, to wanted: UnitNetwork, _ workloads: Workloads) -> UnitChange {
        let differences = wanted.differences(from: present)
        if differences.isEmpty { return UnitChange(.keep, .network, wanted.name) }
        // The engine changes a network on all members or on none.
        if let away = workloads.memberAway {
            return UnitChange(.keep, .network, wanted.name, waiting("changed", for: away))
        }
        let old = present.config?["ipv4.address"] ?? "none"
        let isMoved = differences["ipv4.address"] != nil
        let isLively = Set(differences.keys).isSubset(of: UnitNetwork.livelyKeys)
        let words = [
            isMoved ? "\(old) → \(wanted.range.address)/\(wanted.range.subnet.prefix)" : "",
            isLively || isMoved ? "" : "spans all members",
            wanted.names.changes(from: present.config?[UnitNetwork.namesKey]),
            differences[UnitMark.unit].map { "units: \($0.replacing(",", with: ", "))" } ?? "",
        ].filter { !$0.isEmpty }
        return UnitChange(
            .change, .network, wanted.name, words.isEmpty ? "names change" : words.joined(separator: "; "),
            .setNetwork(wanted, isLively: isLively))
    }

    /// What is said of a network that the engine does not change while a member does not answer.
    static func waiting(_ what: String, for away: ClusterMember) -> String {
        "is \(what) by the next run once \(away.name) answers, or is removed from the cluster"
    }

    /// The networks that the unit leaves.
    private func leavings(_ changes: [UnitChange]) -> [UnitChange] {
        let inReach = workloads.instances(of: unit.name).filter { workloads.isInReach($0) }
        return workloads.networks.filter { $0.units.contains(unit.name.text) }.compactMap { network in
            if networks.contains(where: { $0.name == network.name }) { return nil }
            if let rest = network.left(by: unit.name, after: changes, workloads) {
                return Self.change(network, to: rest, workloads)
            }
            if let user = network.user(besides: inReach) {
                return UnitChange(
                    .keep, .network, network.name, "not in the file any more, and kept while \(user) uses it")
            }
            if let away = workloads.memberAway {
                return UnitChange(.keep, .network, network.name, Self.waiting("removed", for: away))
            }
            return UnitChange(.remove, .network, network.name, "not in the file any more", .removeNetwork)
        }
    }

    /// The engine makes a network on all members or on none.
    private func checkAllOnline(for network: String) throws {
        guard let away = workloads.memberAway else { return }
        throw Failure(
            .conflict, "the network \(network) cannot be created while \(away.name) is \(away.status.lowercased())",
            hint: "see bcmcluster status with \(away.name)")
    }

    /// Two networks with the same addresses cut each other off, and one with the members' own cuts the cluster apart.
    private static func check(_ range: NetworkAddress, of network: String, _ workloads: Workloads) throws {
        let others = workloads.networks.filter { $0.managed && $0.name != network }
        if let other = others.first(where: { $0.address?.subnet.overlaps(range.subnet) ?? false }) {
            throw Failure(
                .conflict, "the network \(network) would have addresses that \(other.name) has",
                hint: "choose another address; \(ClusterClient.line("network list")) shows those in use")
        }
        if let member = workloads.members.first(where: { $0.address.map(range.subnet.contains) ?? false }) {
            throw Failure(
                .conflict, "the network \(network) would have the address of the member \(member.name)",
                hint: "choose another address, and none of the members' network")
        }
    }
}

extension Workloads {
    /// The units of further networks of those instances that ask this one for names, with the members' address there.
    private func others(on network: String, after changes: [UnitChange]) -> [(String, IPv4)] {
        let forms = Dictionary(changes.compactMap { change in change.form.map { (change.name, $0.devices) } }) { $1 }
        let known = instances.filter { $0.isOfDefaultProject && forms[$0.name] == nil }.map { $0.devices ?? [:] }
        let further = Set(
            (known + forms.values).filter { $0["eth0"]?["network"] == network }
                .flatMap { $0.values.compactMap { $0["network"] } })
        return networks.filter { further.contains($0.name) && $0.name != network }.flatMap { other in
            other.address.map { address in other.units.map { ($0, address.address) } } ?? []
        }
    }

    /// The ports of virtual machines on a network, to which the engine forwards packets with the address of who has sent them.
    fileprivate func openPorts(
        on range: NetworkAddress, after changes: [UnitChange]
    ) -> Set<AccessRules.OpenPort> {
        let gone = Set(changes.filter { $0.object == .instance && $0.sign == .remove }.map(\.name))
        let forms = Dictionary(changes.compactMap { change in change.form.map { (change.name, $0.devices) } }) { $1 }
        let known = instances.filter { !gone.contains($0.name) && forms[$0.name] == nil }.map { $0.devices ?? [:] }
        let ports = (known + forms.values).flatMap(\.values).compactMap { device -> AccessRules.OpenPort? in
            guard device["type"] == "proxy", device["nat"] == "true", let end = device["connect"] else { return nil }
            let parts = end.split(separator: ":").map(String.init)
            guard parts.count == 3, let address = IPv4(parts[1]), range.subnet.contains(address) else { return nil }
            return AccessRules.OpenPort(transport: parts[0], address: address, ports: parts[2])
        }
        return Set(ports)
    }

    /// Whether anything of a unit is there.
    fileprivate func hasInstances(of unit: String) -> Bool { instances.contains { $0.unit == unit } }

    /// An instance that has an address on the network.
    fileprivate func user(of network: String) -> String? {
        instances.filter { !$0.addresses(on: network).isEmpty }.map(\.name).min(by: Self.order)
    }

    /// What keeps an instance from being started: another on its member with its address, such as a copy that a user has made.
    fileprivate func rival(of instance: ClusterInstance, for address: IPv4, on network: String) -> String? {
        if instance.isRunning { return nil }
        return instances.first { other in
            other.name != instance.name && other.location == instance.location
                && other.addresses(on: network).contains(address)
        }?.name
    }

    /// A member that does not answer its cluster.
    var memberAway: ClusterMember? { members.first { !$0.isOnline && !$0.isEvacuated } }

    /// The names on a network after a run that does this: all units' instances, but for those in whose place others are.
    func names(on network: String, after changes: [UnitChange]) -> NetworkNames {
        var names = NetworkNames()
        let replaced = Set(instances.compactMap { $0.config?[UnitMark.replaces] })
        for instance in instances where instance.isOfDefaultProject && !replaced.contains(instance.unitName) {
            guard let unit = instance.unit, let address = instance.addresses(on: network).first else { continue }
            names.instances[instance.name] = NetworkNames.Entry(unit: unit, address: address)
        }
        for change in changes where change.object == .instance {
            if case .remove = change.work { names.instances[change.name] = nil }
        }
        for change in changes {
            guard let form = change.form else { continue }
            names.instances[change.name] = form.cards.first { $0.network == network }.map {
                NetworkNames.Entry(unit: form.config[UnitMark.unit] ?? "", address: $0.address)
            }
            if let lost = form.config[UnitMark.replaces] { names.instances[lost] = nil }
        }
        for (unit, server) in others(on: network, after: changes)
        where !names.instances.values.contains(where: {
            $0.unit == unit
        }) { names.others[unit] = server }
        return names
    }
}

extension ListedNetwork {
    /// One that a run will make.
    fileprivate init(planned name: String, _ range: NetworkAddress) {
        self.init(
            name: name, managed: true, type: "bridge",
            config: ["ipv4.address": "\(range.address)/\(range.subnet.prefix)"], usedBy: [], status: "Created")
    }

    /// Whether it was made to its end; one of units that was not is recreated.
    fileprivate var isComplete: Bool { status != "Pending" && !(status == "Errored" && !units.isEmpty) }

    /// The number of its tunnel.
    var tunnel: Int? { config?["tunnel.mesh.id"].flatMap { Int($0) } ?? linkNumber }

    /// What it is to be without that unit; `nil` where it was the last one.
    func left(by unit: UnitName, after changes: [UnitChange], _ workloads: Workloads) -> UnitNetwork? {
        let names = workloads.names(on: name, after: changes)
        let rest = units.filter { $0 != unit.text && workloads.hasInstances(of: $0) }
        guard !rest.isEmpty, let address, let tunnel else { return nil }
        return UnitNetwork(
            name: name, range: address, units: rest, tunnel: tunnel, names: names,
            openPorts: workloads.openPorts(on: address, after: changes),
            transport: transport(of: workloads.cluster) ?? workloads.transport)
    }
}
