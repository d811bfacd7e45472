/// Makes the bridge lxdbr0 once for all members, and gives the default profile a card on it.
///
/// After the joins, because each join would make it anew, one after the other (facts: "Many LXD daemons on one host").
struct CreateBridge: Step {
    static let bridge = "lxdbr0"

    let title = "create the bridge lxdbr0"
    let member: MemberName? = nil
    let first: MemberName

    func isDone(_ context: PlanContext) async throws -> Bool {
        let client = context.client(in: first)
        guard try await client.network(Self.bridge)?.status == "Created" else { return false }
        return try await client.profile("default").devices["eth0"] != nil
    }

    func run(_ context: PlanContext) async throws {
        let client = context.client(in: first)
        if try await client.network(Self.bridge)?.status != "Created" { try await create(client, context) }
        if try await client.profile("default").devices["eth0"] == nil {
            try await client.addProfileDevice("default", "eth0", type: "nic", ["name=eth0", "network=\(Self.bridge)"])
        }
    }

    /// A bridge in the members' own network takes the cluster down (facts: "More about LXD 5.0.2").
    private func check(_ keys: [String], _ record: ClusterRecord, _ context: PlanContext) async throws {
        guard let text = keys.first(where: { $0.hasPrefix("ipv4.address=") })?.dropFirst(13),
            let bridge = NetworkAddress(String(text))?.subnet
        else { return }
        for member in record.members.map(\.name) {
            let address = try await context.provider.address(of: member, in: record)
            let isInside = IPv4(address).map(bridge.contains) ?? false
            guard isInside || record.subnet?.overlaps(bridge) ?? false else { continue }
            throw Failure(
                .badInput, "the bridge \(Self.bridge) cannot have \(text): \(member) has the address \(address)",
                remedy: "set BCM_LXD_BRIDGE_ADDRESS to another network, such as 10.248.0.1/24")
        }
    }

    private func create(_ client: LXC, _ context: PlanContext) async throws {
        let configuration = try context.templates.template(.bridge)
        let name = "BCM_LXD_BRIDGE_ADDRESS"
        let address = context.sources.environment(name)
        let keys = try configuration.rendered(address.map { [name: .text($0)] } ?? [:])
            .split(separator: "\n").map(\.trimmed).filter { !$0.isEmpty && !$0.hasPrefix("#") }
        let record = await context.store.record
        try await check(keys, record, context)
        let members = record.members.map(\.name.text)
        try await NetworkCreation(name: Self.bridge, members: members, keys: keys).run(client, context)
    }
}
