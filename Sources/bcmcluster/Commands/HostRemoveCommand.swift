import Provisioning

/// Removes a host from the list: `bcmcluster host remove`.
struct HostRemoveCommand {
    let invocation: Invocation
    let world: World

    func run() async throws -> Int32 {
        let name = try HostName(invocation.operands[0])
        guard !name.isLocal else { throw Failure(.badInput, "local is this machine, which is always a host") }
        guard try world.hosts.all().contains(where: { $0.name == name }) else {
            world.terminal.say("host \(name) not found: nothing was changed")
            return 0
        }
        let given = try whatIsGivenUp(with: name)
        if world.recorder != nil {
            world.terminal.result("# \(name) would be removed from \(world.hosts.path); nothing was changed\n")
            return 0
        }
        let confirmation = Confirmation(command: "host remove", invocation: invocation, world: world)
        guard try confirmation.allows(given, headline: "removing \(name) gives up, for its clusters:") else {
            world.terminal.say("nothing was changed")
            return 1
        }
        try await world.untilSignal {
            try await world.hosts.remove(name) {
                if try whatIsGivenUp(with: name) != given { throw Self.changed(name) }
            }
        }
        world.terminal.say("host \(name) removed; nothing on it was changed")
        return 0
    }

    private static func changed(_ name: HostName) -> Failure {
        Failure(
            .conflict, "the members on \(name) have just changed", hint: "run the same command again")
    }

    /// What clusters have on the host, which nobody would find again; only `--force` gives any of it up.
    private func whatIsGivenUp(with name: HostName) throws -> [String] {
        let isForced = invocation.values[.force] != nil
        let clusters = try world.clusters(on: name)
        let members = clusters.flatMap { $0.members(on: name) }.sorted().map(\.text).joined(separator: ", ")
        guard members.isEmpty || isForced else {
            throw Failure(
                .conflict, "\(name) has members of clusters: \(members)",
                hint:
                    "run bcmcluster member remove or destroy first; if the host is permanently lost, use --force"
            )
        }
        // A host can be a cluster's without a member; with the namespace provider it has the cluster's network then.
        let networks = clusters.filter { $0.settings.provider == .namespace }.map(\.name.text).joined(separator: ", ")
        guard networks.isEmpty || isForced else {
            throw Failure(
                .conflict, "\(name) has no members, but still the network of \(networks)",
                hint: "bcmcluster destroy removes it with the cluster; --force leaves it on the host")
        }
        return (members.isEmpty ? [] : ["the members \(members)"])
            + (networks.isEmpty ? [] : ["the network of \(networks)"])
    }
}
