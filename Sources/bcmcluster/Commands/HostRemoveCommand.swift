import Provisioning

/// Strikes a host from the list: `bcmcluster host remove`.
struct HostRemoveCommand {
    let invocation: Invocation
    let world: World

    func run() throws -> Int32 {
        let name = try HostName(invocation.operands[0])
        guard !name.isLocal else { throw Failure(.badInput, "local is this machine, which is always a host") }
        guard try world.hosts.all().contains(where: { $0.name == name }) else {
            world.terminal.say("there is no host \(name): nothing was changed")
            return 0
        }
        if invocation.values[.force] == nil { try checkThatNothingIsLeft(name) }
        if world.recorder != nil {
            world.terminal.result("# \(name) would be struck from \(world.hosts.path); nothing was changed\n")
            return 0
        }
        try world.hosts.remove(name)
        world.terminal.say("\(name) is no host any more; nothing on it was touched")
        return 0
    }

    /// Nobody would find again what a cluster has on a host that is not in the list.
    private func checkThatNothingIsLeft(_ name: HostName) throws {
        let clusters = try world.clusters(on: name)
        let members = clusters.flatMap { $0.members(on: name) }.sorted()
        guard members.isEmpty else {
            throw Failure(
                .conflict, "\(name) has members of clusters: \(members.map(\.text).joined(separator: ", "))",
                remedy:
                    "bcmcluster member remove or destroy first; of a host that is gone for good, --force gives up what is there"
            )
        }
        // A host can be a cluster's without a member; by namespace it has the cluster's network then.
        let networks = clusters.filter { $0.settings.provider == .namespace }.map(\.name.text)
        guard networks.isEmpty else {
            throw Failure(
                .conflict,
                "\(name) has no member any more, but still the network of \(networks.joined(separator: ", "))",
                remedy: "bcmcluster destroy removes it with the cluster; --force leaves it on the host")
        }
    }
}
