/// Makes a network of units on all members, changes or removes it, with the rules of who gets in.
struct ChangeNetwork: Step {
    enum Work: Sendable {
        case make(UnitNetwork)
        case set(UnitNetwork)
        /// The network of that name goes.
        case remove(String)
    }

    let title: String
    let member: MemberName? = nil
    let work: Work
    /// The member that is asked.
    let respondingMember: MemberName

    init(_ work: Work, respondingMember: MemberName) {
        title =
            switch work {
            case .make(let network): "create the network \(network.name)"
            case .set(let network): "change the network \(network.name)"
            case .remove(let name): "remove the network \(name)"
            }
        self.work = work
        self.respondingMember = respondingMember
    }

    private var name: String {
        switch work {
        case .make(let network), .set(let network): network.name
        case .remove(let name): name
        }
    }

    func isDone(_ context: PlanContext) async throws -> Bool { false }

    func run(_ context: PlanContext) async throws {
        let client = context.client(in: respondingMember)
        // Where two delete it at the same time, LXD leaves its DHCP server on members, and it can never be created again
        // (LXD 5.0.2).
        _ = try await context.time.wait(
            for: "an interrupted run to end its work on the network \(name)", limit: context.limits.machine,
            every: context.provider.traits.pollInterval, assuming: true
        ) { [name] in try await client.isChangingNetwork(name) ? nil : true }
        switch work {
        case .make(let network):
            try await client.put(network.access)
            if try await client.network(name)?.status == "Errored" {
                // LXD shows this state also while it creates the network, as for a run that was killed.
                if try await NetworkCreation.isFinished(name, client, context) {
                    return try await client.editNetwork(name, network.keys)
                }
                // What is left of an attempt that failed can neither be used nor changed.
                try await client.removeNetwork(name)
            }
            let members = try await client.members(.reads, assuming: [respondingMember.text]).map(\.name)
            try await context.connect(to: network, asking: respondingMember)
            try await NetworkCreation(
                name: name, members: members, keys: network.creation, memberKeys: network.memberKeys
            ).run(client, context)
            // What is too long for a command's arguments comes after.
            if network.isLong { try await client.editNetwork(name, network.keys) }
        case .set(let network):
            try await client.put(network.access)
            // One of an earlier version ends at each member.
            let present = network.memberKeys.isEmpty ? nil : try await client.network(name)
            let isLinkedNow = present.map { $0.linkNumber == nil } ?? false
            if isLinkedNow { try await context.connect(to: network, asking: respondingMember) }
            try await client.editNetwork(name, network.keys)
            if isLinkedNow {
                let members = try await client.members(.reads, assuming: [respondingMember.text]).map(\.name)
                for member in members { try await client.setNetwork(name, network.memberKeys, on: member) }
            }
        case .remove:
            try await client.removeNetwork(name)
            try await client.removeAccessRules(UnitNetwork.accessName(name), of: name)
            try await context.connectAll(asking: respondingMember)
        }
    }
}
