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
        try await withThrowingTaskGroup(of: Void.self) { group in
            for member in await context.store.record.members {
                // A review shows them in the members' order.
                if StepScope.isReview { try await group.waitForAll() }
                group.addTask { try await client.prepareNetwork(Self.bridge, on: member.name.text) }
            }
            try await group.waitForAll()
        }
        do {
            try await client.createNetwork(Self.bridge, configuration: keys)
        } catch let failure as Failure where failure.code == .commandFailed {
            // A client that was killed leaves a daemon that goes on.
            guard try await isCreatedAfterAll(client, context) else { throw failure }
        }
    }

    private func isCreatedAfterAll(_ client: LXC, _ context: PlanContext) async throws -> Bool {
        do {
            return try await context.time.wait(
                for: "the bridge", limit: Initialization.patience, every: context.provider.pollInterval
            ) { try await client.network(Self.bridge)?.status == "Created" ? true : nil }
        } catch let failure as Failure where failure.code == .timedOut {
            return false
        }
    }
}
