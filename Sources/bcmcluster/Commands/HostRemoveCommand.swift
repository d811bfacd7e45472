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
        let members = try world.members(on: name)
        guard members.isEmpty || invocation.values[.force] != nil else {
            throw Failure(
                .conflict, "\(name) has members of clusters: \(members.map(\.text).joined(separator: ", "))",
                remedy:
                    "bcmcluster member remove or destroy first; of a host that is gone for good, --force gives up what is there"
            )
        }
        if world.recorder != nil {
            world.terminal.result("# \(name) would be struck from \(world.hosts.path); nothing was changed\n")
            return 0
        }
        try world.hosts.remove(name)
        world.terminal.say("\(name) is no host any more; nothing on it was touched")
        return 0
    }
}
