/// Gives members their interfaces into those networks of units that the engine does not take from member to member by itself,
/// each with all other members as peers.
struct ConnectMembers: Step {
    let title = "connect the members' networks"
    let member: MemberName? = nil
    /// The member that is asked which networks there are.
    let first: MemberName

    /// A cluster that is made by this plan has no networks of units.
    func isDone(_ context: PlanContext) async throws -> Bool {
        guard try await context.machine(first) != nil else { return true }
        do { return try await context.unconnectedMembers(asking: first).isEmpty } catch let failure as Failure
            where StepScope.isReview && failure.isNoAnswer
        {
            return true
        }
    }

    /// What is missing is a finding of its own.
    func isUnfinished(_ context: PlanContext) async throws -> Bool { false }

    func run(_ context: PlanContext) async throws {
        let networks: [ListedNetwork]
        do { networks = try await context.client(in: first).networks() } catch let failure as Failure
            where StepScope.isReview && failure.isNoAnswer
        {
            return
        }
        try await context.connect(await context.store.state.members.map(\.name), to: networks)
    }
}

/// Members' interfaces into networks of units.
extension PlanContext {
    /// Whether networks of units may have interfaces of our own: members that share an Ethernet have some where they are
    /// encrypted between hosts.
    func mayHaveLinks() async -> Bool {
        let state = await store.state
        return state.spread != nil || !provider.traits.sharedEthernet.covers(state)
    }

    /// How a new network of units gets from one member to the next.
    ///
    /// Nothing is encrypted on one host, which no packet leaves. Throws `Failure.missing` that names a member without
    /// WireGuard.
    func networkTransport(isEncrypted: Bool = false) async throws -> NetworkTransport {
        let state = await store.state
        let sizes = provider.traits.packetSizes
        let isEncrypted = isEncrypted && state.spread != nil
        guard isEncrypted || !provider.traits.sharedEthernet.covers(state) else {
            return .multicast(packetSize: state.spread == nil ? sizes.onOneHost : sizes.overHosts)
        }
        if isEncrypted { try await checkWireGuard(state) }
        let found = try await StepScope.map(state.members.map(\.name)) { member -> Int? in
            do {
                guard let own = try await address(of: member) else { return nil }
                return try await IP(provider.runner(in: member)).packetSize(at: own)
            } catch let failure as Failure where failure.isNoAnswer || failure.code == .unreachable { return nil }
        }
        return .links(
            cluster: state.identifier, packetSize: found.compactMap { $0 }.min() ?? sizes.overHosts,
            isEncrypted: isEncrypted)
    }

    private func checkWireGuard(_ state: ClusterState) async throws {
        let lacks = try await StepScope.map(state.members.map(\.name)) { member in
            try await (member, WireGuard(provider.runner(in: member)).lack())
        }
        guard let (member, lack) = lacks.first(where: { $0.1 != nil }), let lack else { return }
        throw Failure(
            .missing, "networks cannot be encrypted: \(lack) on \(member)",
            hint: "install wireguard-tools there, and wireguard-go where the kernel has no WireGuard; "
                + "or leave encrypt out")
    }

    /// The members whose interfaces are not as they should be; one that does not answer is left out.
    func unconnectedMembers(asking first: MemberName) async throws -> [MemberName] {
        guard await mayHaveLinks() else { return [] }
        let networks = try await client(in: first).networks()
        let state = await store.state
        // Where the engine does it all by itself, no member need be asked.
        if provider.traits.sharedEthernet.covers(state), !networks.contains(where: { $0.linkNumber != nil }) {
            return []
        }
        let members = state.members.map(\.name)
        let keys = networks.contains(where: \.isEncrypted) ? try await publicKeys(making: false) : [:]
        let found = try await StepScope.map(members) { member -> MemberName? in
            do {
                let (links, mesh) = try await links(of: member, in: networks, keys)
                let isThere = try await memberLinks(member).changes(to: links, over: mesh).isEmpty
                return isThere ? nil : member
            } catch let failure as Failure where failure.isNoAnswer || failure.code == .unreachable {
                return nil
            }
        }
        return found.compactMap { $0 }
    }

    /// Gives those members their interfaces into these networks, and to no others unless told otherwise.
    func connect(
        _ members: [MemberName], to networks: [ListedNetwork], removesOthers: Bool = true
    ) async throws {
        guard await mayHaveLinks() else { return }
        let keys = networks.contains(where: \.isEncrypted) ? try await publicKeys(making: true) : [:]
        _ = try await StepScope.map(members) { member in
            do {
                let (links, mesh) = try await links(of: member, in: networks, keys)
                try await memberLinks(member).put(links, over: mesh, removesOthers: removesOthers)
            } catch let failure as Failure where failure.isNoAnswer || failure.code == .unreachable {
                remarks.add("the networks of \(member) are not connected: \(failure.message)")
            }
        }
    }

    /// Gives a member that joins its interfaces into all networks: the engine refuses one that lacks an interface.
    func connectJoining(_ member: MemberName, asking first: MemberName) async throws {
        guard await mayHaveLinks() else { return }
        try await connect([member], to: try await client(in: first).networks())
    }

    /// Gives all members their interfaces into a network that is about to be made: the engine puts them on its bridge.
    func connect(to network: UnitNetwork, asking first: MemberName) async throws {
        guard await mayHaveLinks() else { return }
        let others = try await client(in: first).networks().filter { $0.name != network.name }
        try await connect(await store.state.members.map(\.name), to: others + [network.listed])
    }

    /// Gives all members the interfaces that they need, and takes from them those that they do not.
    func connectAll(asking first: MemberName) async throws {
        guard await mayHaveLinks() else { return }
        try await connect(await store.state.members.map(\.name), to: try await client(in: first).networks())
    }

    /// The public halves of the members' keys; with those of members that have none yet made first.
    private func publicKeys(making: Bool) async throws -> [MemberName: String] {
        let state = await store.state
        let found = try await StepScope.map(state.members.map(\.name)) { member -> (MemberName, String?) in
            let tool = WireGuard(provider.runner(in: member))
            let path = meshKey(of: member, in: state)
            do {
                if making { try await tool.makeKey(path) }
                return (member, try await tool.publicKey(of: path))
            } catch let failure as Failure where !making || failure.isNoAnswer || failure.code == .unreachable {
                return (member, nil)
            }
        }
        return found.reduce(into: [:]) { $0[$1.0] = $1.1 }
    }

    /// Where a member keeps its private key: members that share a host's files have it with their daemon's own.
    private func meshKey(of member: MemberName, in state: ClusterState) -> String {
        let folder = provider.traits.sharesHost ? provider.dataFolders(of: member, engine).first : nil
        return folder.map { "\($0)/\(state.identifier).key" } ?? MemberMesh.key(state.identifier)
    }

    /// The interfaces of a member into these networks, and its encrypted way to the others where one of them needs it.
    private func links(
        of member: MemberName, in networks: [ListedNetwork], _ keys: [MemberName: String]
    ) async throws -> ([MemberLink], MemberMesh?) {
        let linked = networks.filter { $0.linkNumber != nil }
        guard !linked.isEmpty, let own = try await address(of: member) else { return ([], nil) }
        let state = await store.state
        var others: [MemberName: IPv4] = [:]
        for other in state.members.map(\.name) where other != member { others[other] = try await address(of: other) }
        let links = linked.compactMap { network in
            network.isEncrypted
                ? network.link(
                    in: state.identifier, at: MemberMesh.inside(member.index),
                    peers: Set(others.keys.map { MemberMesh.inside($0.index) }))
                : network.link(in: state.identifier, at: own, peers: Set(others.values))
        }
        guard let encrypted = linked.first(where: \.isEncrypted),
            case .links(_, let size, _) = encrypted.transport(of: state.identifier)
        else { return (links, nil) }
        let peers = others.compactMap { other, address in
            keys[other].map {
                WireGuard.Peer(publicKey: $0, endpoint: address, inside: MemberMesh.inside(other.index))
            }
        }
        let mesh = MemberMesh(
            cluster: state.identifier, index: member.index, key: meshKey(of: member, in: state), peers: Set(peers),
            unasked: Set(others.keys.filter { keys[$0] == nil }.map { MemberMesh.inside($0.index) }), outerSize: size)
        return (links, mesh)
    }

    /// Where the others reach a member.
    private func address(of member: MemberName) async throws -> IPv4? {
        let state = await store.state
        if let known = state.member(member)?.address { return known }
        return IPv4(try await provider.address(of: member, in: state))
    }

    private func memberLinks(_ member: MemberName) async -> MemberLinks {
        MemberLinks(
            provider.runner(in: member), cluster: await store.state.identifier,
            before: engine.packages.map(\.service))
    }
}
