/// Makes the engine's bridge once for all members, and gives the default profile a card on it.
///
/// After the joins, because each join would recreate it, one after the other (facts: "Many LXD daemons on one host").
struct CreateBridge: Step {
    var title: String { "create the bridge \(Engine.current.bridge)" }
    let member: MemberName? = nil
    let first: MemberName

    /// A bridge that is removed later, or a profile that is emptied, is the user's choice: once is enough.
    func isDone(_ context: PlanContext) async throws -> Bool { await context.store.state.hasBridge ?? false }

    /// Of a cluster that version 0.1.0 made only the cluster itself knows.
    func isUnfinished(_ context: PlanContext) async throws -> Bool {
        if try await isDone(context) { return false }
        let client = context.client(in: first)
        guard try await client.network(context.engine.bridge)?.status == "Created" else { return true }
        return try await client.profile("default").devices["eth0"] == nil
    }

    func run(_ context: PlanContext) async throws {
        let client = context.client(in: first)
        if try await !Self.isFinishedOrCleared(client, context) { try await create(client, context) }
        if try await client.profile("default").devices["eth0"] == nil {
            try await client.addProfileDevice(
                "default", "eth0", type: "nic", ["name=eth0", "network=\(context.engine.bridge)"])
        }
        try await ConnectInstances(first: first).run(client, context)
        try await context.store.update { $0.hasBridge = true }
    }

    /// A bridge in the members' own network takes the cluster down (facts: "More about LXD 5.0.2").
    private func check(_ keys: [String], _ state: ClusterState, _ context: PlanContext) async throws {
        guard let text = keys.first(where: { $0.hasPrefix("ipv4.address=") })?.dropFirst(13),
            let bridge = NetworkAddress(String(text))?.subnet
        else { return }
        for member in state.members.map(\.name) {
            let address = try await context.provider.address(of: member, in: state)
            let isInside = IPv4(address).map(bridge.contains) ?? false
            guard isInside || state.subnet?.overlaps(bridge) ?? false else { continue }
            throw Failure(
                .badInput,
                "the bridge \(context.engine.bridge) cannot have \(text): \(member) has the address \(address)",
                hint: "set BCM_LXD_BRIDGE_ADDRESS to another network, such as 10.248.0.1/24")
        }
    }

    private func create(_ client: LXC, _ context: PlanContext) async throws {
        let state = await context.store.state
        let keys = try Self.keys(context)
        try await check(keys, state, context)
        try await NetworkCreation(name: context.engine.bridge, members: state.members.map(\.name.text), keys: keys)
            .run(client, context)
    }

    /// The keys of its configuration, each with its value.
    private static func keys(_ context: PlanContext) throws -> [String] {
        let name = "BCM_LXD_BRIDGE_ADDRESS"
        let address = context.sources.environment(name)
        return try context.templates.template(.bridge).rendered(address.map { [name: .text($0)] } ?? [:])
            .split(separator: "\n").map(\.trimmed).filter { !$0.isEmpty && !$0.hasPrefix("#") }
    }

    // MARK: What an interrupted run leaves

    /// Whether the object is the bridge, finished or not, or another network of its name.
    static func isBridge(_ object: ClusterObject, _ engine: Engine) -> Bool {
        object.kind == .network && object.name == engine.bridge && object.project == "default" && object.mark == nil
    }

    /// Deletes the bridge where an interrupted run has left it unfinished, so that members can join and it can be created;
    /// returns whether it is there, finished.
    ///
    /// LXD takes no keys for a network that was created in part, and nothing but its deletion gets over that.
    static func isFinishedOrCleared(_ client: LXC, _ context: PlanContext) async throws -> Bool {
        let bridge = context.engine.bridge
        guard let found = try await client.network(bridge) else { return false }
        if found.status == "Created" { return true }
        // LXD calls it errored while it is being created, too: a client that was killed leaves a daemon that continues.
        if found.status == "Errored", try await NetworkCreation.isFinished(bridge, client, context) { return true }
        try await checkOwnedByCluster(client, context)
        _ = try await context.time.wait(
            for: "all members to be online, to delete the unfinished \(bridge)", limit: context.limits.online,
            every: context.provider.traits.pollInterval
        ) { () -> Bool? in
            do {
                try await client.removeNetwork(bridge)
                return true
            } catch let failure as Failure where failure.engineError == .memberAway { return nil }
        }
        return false
    }

    /// Throws `Failure.conflict` where the unfinished bridge may be somebody else's: something uses it, or it has keys that
    /// neither the template nor LXD itself gives it.
    static func checkOwnedByCluster(_ client: LXC, _ context: PlanContext) async throws {
        let bridge = context.engine.bridge
        guard let found = try await client.network(bridge), found.status != "Created" else { return }
        let given = try keys(context).compactMap { $0.split(separator: "=").first.map(String.init) }
        let known = Set(given + ["ipv4.address", "ipv4.nat", "ipv6.address", "ipv6.nat"])
        let strange = Set((found.config ?? [:]).keys).subtracting(known).sorted()
        let users = found.usedBy ?? []
        let type = found.type ?? "bridge"
        let reasons =
            (type == "bridge" ? [] : ["the type \(type)"])
            + (strange.isEmpty ? [] : ["keys that bcmcluster does not set: \(strange.joined(separator: ", "))"])
            + (users.isEmpty ? [] : ["users: \(users.joined(separator: ", "))"])
        guard reasons.isEmpty else {
            throw Failure(
                .conflict,
                "the network \(bridge) is \(found.status.uppercased()), and has \(reasons.joined(separator: "; "))",
                hint: "\(ClusterClient.line("network delete", bridge)), then the same command again")
        }
    }
}
