/// Makes a unit's network on all members, changes or removes it.
struct ChangeNetwork: Step {
    enum Work: Sendable { case make, set, remove }

    let title: String
    let member: MemberName? = nil
    let name: String
    let work: Work
    let keys: [String]
    /// The member that is asked.
    let respondingMember: MemberName

    init(_ name: String, _ work: Work, _ keys: [String] = [], respondingMember: MemberName) {
        title =
            switch work {
            case .make: "create the network \(name)"
            case .set: "change the network \(name)"
            case .remove: "remove the network \(name)"
            }
        self.name = name
        self.work = work
        self.keys = keys
        self.respondingMember = respondingMember
    }

    func isDone(_ context: PlanContext) async throws -> Bool { false }

    func run(_ context: PlanContext) async throws {
        let client = context.client(in: respondingMember)
        // Where two delete it at the same time, LXD leaves its DHCP server on members, and it can never be created again
        // (LXD 5.0.2).
        _ = try await context.time.wait(
            for: "an interrupted run to end its work on the network \(name)", limit: context.limits.machine,
            every: context.provider.traits.pollInterval, assuming: true
        ) { try await client.isChangingNetwork(name) ? nil : true }
        switch work {
        case .make:
            if try await client.network(name)?.status == "Errored" {
                // LXD shows this state also while it creates the network, as for a run that was killed.
                if try await NetworkCreation.isFinished(name, client, context) {
                    return try await client.setNetwork(name, keys)
                }
                // What is left of an attempt that failed can neither be used nor changed.
                try await client.removeNetwork(name)
            }
            let members = try await client.members(.reads, assuming: [respondingMember.text]).map(\.name)
            try await NetworkCreation(name: name, members: members, keys: keys).run(client, context)
        case .set: try await client.setNetwork(name, keys)
        case .remove: try await client.removeNetwork(name)
        }
    }
}
