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

    private func create(_ client: LXC, _ context: PlanContext) async throws {
        let configuration = try context.templates.template(.bridge)
        let name = "BCM_LXD_BRIDGE_ADDRESS"
        let address = context.sources.environment(name)
        let keys = try configuration.rendered(address.map { [name: .text($0)] } ?? [:])
            .split(separator: "\n").map(\.trimmed).filter { !$0.isEmpty && !$0.hasPrefix("#") }
        let members = await context.store.record.members.map(\.name.text)
        try await NetworkCreation(name: Self.bridge, members: members, keys: keys).run(client, context)
    }
}
