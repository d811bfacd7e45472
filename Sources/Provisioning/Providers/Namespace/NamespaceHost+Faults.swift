/// What of the cluster's network on the host is not as it should be.
extension NamespaceHost {
    /// All faults; one that only follows from another is left out.
    func faults(of state: ClusterState) async throws -> [NetworkFault] {
        async let preparing = preparationFaults(state)
        async let routing = routingFaults(state)
        async let limiting = lowLimits(for: state)
        let bridge = NamespaceLayout(state).bridge
        let prepared = try await preparing
        let hasBridge = !prepared.contains(.bridge(bridge))
        let routed = try await routing.compactMap { fault -> NetworkFault.Kind? in
            guard case .forwarding(let interfaces) = fault, !hasBridge else { return fault }
            let others = interfaces.filter { $0 != bridge }
            return others.isEmpty ? nil : .forwarding(others)
        }
        let low = try await limiting
        return (prepared + routed + (low.isEmpty ? [] : [.limits(low)])).map {
            NetworkFault($0, on: state.spread == nil ? nil : name)
        }
    }

    /// What is missing that machines need to be made and to reach each other.
    func preparationFaults(_ state: ClusterState) async throws -> [NetworkFault.Kind] {
        let layout = NamespaceLayout(state)
        guard let subnet = state.subnet else { return [.claim] }
        let overlay = NamespaceOverlay(state, on: name)
        // Over hosts each question takes a way there and back.
        async let claiming = RootFiles(root).links(below: NamespaceLayout.subnets, depth: 1)
        async let linking = IP(root).links()
        async let known = overlay == nil ? [] : Bridge(root).peers(of: layout.tunnel)
        let (claims, links, peers) = try await (claiming, linking, known)
        var faults: [NetworkFault.Kind] =
            claims[NamespaceLayout.note(subnet)] == state.identifier ? [] : [.claim]
        let gateway = NamespaceLayout.gateway(subnet, overlay)
        if let bridge = links[layout.bridge], bridge.isUp, bridge.addresses.contains(gateway) {
            let loose = cables(of: state, layout).filter { links[$0.cable]?.isPlugged(into: layout.bridge) == false }
            if !loose.isEmpty { faults.append(.cables(loose.map(\.member))) }
        } else {
            faults.append(.bridge(layout.bridge))
        }
        guard let overlay else { return faults }
        // Without the bridge the tunnel is on none, and follows with it.
        let isLoose =
            links[layout.bridge] != nil && !(links[layout.tunnel]?.isPlugged(into: layout.bridge) ?? false)
        let isWhole = links[layout.tunnel] != nil && !isLoose && peers == Set(overlay.peers)
        return isWhole ? faults : faults + [.tunnel(layout.tunnel)]
    }

    /// The host's ends of the cables of the members that are on it.
    func cables(of state: ClusterState, _ layout: NamespaceLayout) -> [(member: MemberName, cable: String)] {
        let members = state.spread == nil ? state.members.map(\.name) : state.members(on: name)
        return members.map { ($0, layout.cable($0)) }
    }

    /// What keeps the machines' packets from the outside, and clients elsewhere from them.
    func routingFaults(_ state: ClusterState) async throws -> [NetworkFault.Kind] {
        guard let subnet = state.subnet else { return [.claim] }
        let table = table(state, subnet)
        async let closing = closedInterfaces(state)
        async let dropping = Firewall(root).rules().chainsLacking(acceptRules(state), of: state.identifier)
        let chains = try await KernelSettings(root).incompleteChains(of: table)
        let (closed, dropped) = try await (closing, dropping)
        return (chains == [] ? [] : [.rules(table.name, chains: chains ?? [])])
            + (dropped.isEmpty ? [] : [.firewall(dropped)])
            + (closed.isEmpty ? [] : [.forwarding(closed)])
    }

    /// The bridge, the uplink, and the interface to the other hosts, as far as nothing that comes in by them is forwarded:
    /// what counts is each interface's own setting, whatever the one for all says.
    func closedInterfaces(_ state: ClusterState) async throws -> [String] {
        async let uplink = IP(root).uplink()
        async let toHosts = deviceToHosts(state)
        var interfaces = [NamespaceLayout(state).bridge]
        for name in try await [uplink, toHosts].compactMap({ $0 }) where !interfaces.contains(name) {
            interfaces.append(name)
        }
        var closed: [String] = []
        for interface in interfaces where try await !KernelSettings(root).forwards(interface) {
            closed.append(interface)
        }
        return closed
    }
}
