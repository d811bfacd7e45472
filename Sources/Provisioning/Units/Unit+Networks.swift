/// Which networks a unit is on.
extension Unit {
    /// What is on the cluster, and what one command does beside this unit.
    struct NetworkContext {
        let workloads: Workloads
        /// Whether another file of the command needs the unit.
        let isNeeded: Bool
    }

    /// The networks that it is on, the one that leads out first.
    ///
    /// They are those of its file, and one of each unit that it needs; else one of its own, where it has more than one instance
    /// or another unit needs it. There is none where it stays on the default one.
    func networks(in context: NetworkContext) -> [Network] {
        let own = networks.filter { $0.name == interface } + networks.filter { $0.name != interface }
        let joined = needs.compactMap { network(of: $0, in: context) }.filter { name in
            !own.contains { $0.name == name }
        }
        let all = own + joined.uniqued.map { Network(name: $0) }
        if !all.isEmpty || interface != nil { return all }
        let name = ownNetworkName(besides: context.workloads.networks)
        let isThere = context.workloads.networks.contains { $0.name == name && $0.units.contains(self.name.text) }
        if isThere { return [Network(name: name)] }
        // What runs keeps its address: it is not moved unless its file says so.
        if !context.workloads.instances(of: self.name).isEmpty { return [] }
        // The engine makes no network while a member does not answer: a unit that did not ask for one comes up all the same.
        return isConnected(in: context) && context.workloads.memberAway == nil ? [Network(name: name)] : []
    }

    /// Whether it gets a network without asking for one.
    private func isConnected(in context: NetworkContext) -> Bool {
        count > 1 || context.isNeeded || !needs.isEmpty
    }

    /// What the user has to know of how it is connected, a sentence each.
    func connectionRemarks(in context: NetworkContext) -> [String] {
        let lonely = needs.filter { network(of: $0, in: context) == nil }.map {
            "\($0) is on no network of units, so \(name) reaches it at its ports alone: "
                + "name a [[network]] in both files, or run both files in one command"
        }
        guard interface == nil, isConnected(in: context), networks(in: context).isEmpty else { return lonely }
        if !context.workloads.instances(of: name).isEmpty {
            return lonely + [
                "\(name) stays on the default network, where its instances are: "
                    + "[[network]] with a name moves them, at their next start"
            ]
        }
        guard let away = context.workloads.memberAway else { return lonely }
        return lonely + ["\(name) gets no network of its own while \(away.name) is \(away.status.lowercased())"]
    }

    /// The network on which others find a unit: the one that leads out of it.
    private func network(of need: UnitName, in context: NetworkContext) -> String? {
        let names = context.workloads.networks.filter { $0.units.contains(need.text) }.map(\.name)
        let cards = context.workloads.instances(of: need).compactMap { $0.devices?["eth0"]?["network"] }
        return cards.first(where: names.contains) ?? names.min()
    }

    /// The name of a network of its own: the unit's, where that can be one and is nobody else's.
    private func ownNetworkName(besides networks: [ListedNetwork]) -> String {
        let text = name.text
        let isFree = networks.first { $0.name == text }.map { $0.units.contains(text) } ?? true
        if isFree, 2...15 ~= text.utf8.count { return text }
        let sum = String(text.stableHash % 0x10000, radix: 16)
        return "\(text.prefix(10))-\(String(repeating: "0", count: 4 - sum.count))\(sum)"
    }
}

extension Array where Element: Hashable {
    /// The elements, each once, in their order.
    fileprivate var uniqued: [Element] {
        var seen: Set<Element> = []
        return filter { seen.insert($0).inserted }
    }
}
