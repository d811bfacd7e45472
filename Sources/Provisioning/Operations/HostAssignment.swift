/// Spreads a cluster over hosts: which there are, where they reach each other, and which member goes where.
struct HostAssignment {
    let app: AppContext
    /// The hosts that the user named; `nil` keeps those that the cluster has.
    let wanted: [HostName]?

    /// How long a host may take to say what it has.
    private static let limit: Duration = .seconds(15)

    /// The state with its hosts, and with a host for each of the newMembers; `existing` is as it was before.
    func applied(
        to state: ClusterState, existing: ClusterState?, newMembers: [MemberName]
    ) async throws -> ClusterState {
        let present = existing?.spread?.map(\.host)
        if let existing { try check(existing) }
        guard let names = Self.names(wanted, present: present), existing != nil || names != [.local] else {
            return state
        }
        if newMembers.isEmpty && names == present { return state }
        try await check(names, state.settings)
        let observations = try await observations(of: names)
        var spread = state
        var entries = existing?.spread ?? []
        for name in names where !entries.contains(where: { $0.host == name }) {
            let number = (0...entries.count).first { number in !entries.contains { $0.number == number } } ?? 0
            let address = try await address(of: name, observations)
            entries.append(ClusterState.HostAddress(host: name, address: address, number: number))
        }
        spread.spread = entries
        try Self.checkDistinctHosts(spread.spread ?? [])
        let rooms = (wanted ?? names).map { name in
            let members = state.members.count { $0.host == name && !newMembers.contains($0.name) }
            return Placement.Room(host: name, members: members, freeMemory: observations[name]?.memory?.free)
        }
        if try ProviderRegistry.standard.traits(of: state.settings.provider).membersAreHosts {
            try checkOneMemberPerHost(newMembers, rooms)
        }
        let hosts = Placement.hosts(of: newMembers, among: rooms)
        for index in spread.members.indices {
            if let host = hosts[spread.members[index].name] { spread.members[index].host = host }
        }
        return spread
    }

    /// All hosts of the cluster; those that it has come first.
    static func names(_ wanted: [HostName]?, present: [HostName]?) -> [HostName]? {
        guard let wanted else { return present }
        let present = present ?? []
        return present + wanted.filter { !present.contains($0) }
    }

    /// One machine under two names would lose twice what counts as apart.
    static func checkDistinctHosts(_ spread: [ClusterState.HostAddress]) throws {
        for (address, hosts) in Dictionary(grouping: spread, by: \.address).sorted(by: { $0.key.bits < $1.key.bits })
        where hosts.count > 1 {
            throw Failure(
                .badInput,
                "\(hosts.map(\.host.text).joined(separator: " and ")) have the same address, \(address): they are one machine",
                hint: "name each machine once with --hosts")
        }
    }

    /// A cluster stays on the hosts that it is on.
    private func check(_ existing: ClusterState) throws {
        guard let wanted, existing.spread == nil, wanted != [.local] else { return }
        throw Failure(
            .badInput, "\(existing.name) was created on this machine alone, and cannot be spread over hosts",
            hint: "leave --hosts out, or choose another cluster name")
    }

    private func check(_ names: [HostName], _ settings: ClusterSettings) async throws {
        let traits = try ProviderRegistry.standard.traits(of: settings.provider)
        for name in names where !name.isLocal { _ = try app.hosts.host(name) }
        if let most = traits.maximumHosts, names.count > most {
            throw Failure(
                .badInput,
                "a cluster with the \(traits.name.rawValue) provider supports at most \(most) hosts, not \(names.count)"
            )
        }
        if traits.needsNamedNetwork, names.count > 1, settings.network == nil { throw try await noSharedNetwork(names) }
    }

    /// VMs on the networks that multipass makes by itself reach nobody on another host: what it has else is said.
    private func noSharedNetwork(_ names: [HostName]) async throws -> Failure {
        var choices: [String] = []
        for name in names {
            let multipass = Multipass(LimitedRunner(app.runner(on: try app.host(name)), most: Self.limit))
            let networks = (try? await multipass.networks()) ?? []
            let shown = networks.map { "\($0.name) (\($0.type))" }.joined(separator: ", ")
            choices.append("on \(name): \(shown.isEmpty ? "none" : shown)")
        }
        return Failure(
            .badInput,
            "VMs on different hosts cannot reach each other on \(Multipass.program)'s default networks",
            output: choices.joined(separator: "\n"),
            hint:
                "give --network NAME, one that all of these hosts have and that leads from host to host; above is what \(Multipass.program) networks shows"
        )
    }

    /// A host that becomes a member itself is one member.
    private func checkOneMemberPerHost(_ newMembers: [MemberName], _ rooms: [Placement.Room]) throws {
        let free = rooms.count { $0.members == 0 }
        guard newMembers.count <= free else {
            throw Failure(
                .badInput,
                "\(newMembers.count) new member\(newMembers.count == 1 ? "" : "s") and \(free) free host\(free == 1 ? "" : "s"): each member is a host itself",
                hint: "give one host per member with --hosts")
        }
    }

    /// What the hosts have, all asked at once; the first that does not say is a failure.
    private func observations(of names: [HostName]) async throws -> [HostName: HostStatus] {
        try await withThrowingTaskGroup(of: (HostName, HostStatus).self) { group in
            for name in names {
                let host = try app.host(name)
                let inspector = HostInspector(
                    app.runner(on: host), limit: Self.limit, memberAddress: host.memberAddress)
                group.addTask {
                    let observation = try await inspector.observation()
                    try await inspector.checkMemberAddress(of: name)
                    return (name, observation)
                }
            }
            return try await group.reduce(into: [:]) { $0[$1.0] = $1.1 }
        }
    }

    /// Where the other hosts reach it; of this machine, the address with which it sends to one of them.
    private func address(of name: HostName, _ observations: [HostName: HostStatus]) async throws -> IPv4 {
        var address = observations[name]?.address
        if name.isLocal, let other = observations.first(where: { !$0.key.isLocal })?.value.address {
            address = try await IP(app.runner).source(to: other) ?? address
        }
        guard let address else {
            throw Failure(
                .conflict, "host \(name) has no IPv4 address reachable from other hosts",
                hint: "the members' network is IPv4: give the host's address on the network that the hosts share, "
                    + "bcmcluster host add \(name) ADDRESS --address IPV4")
        }
        return address
    }
}
