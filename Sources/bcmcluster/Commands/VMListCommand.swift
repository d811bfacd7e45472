import Provisioning

/// Shows the VMs of all hosts, all asked at once: `bcmcluster vm list`.
struct VMListCommand {
    let invocation: Invocation
    let world: World

    func run() async throws -> Int32 {
        let observation = try await world.vms(on: world.allHosts(), withAddresses: true)
        let listing = VMListing(observation)
        if invocation.isJSON {
            world.terminal.result(try JSONText.text(listing))
        } else if !listing.vms.isEmpty {
            world.terminal.result(listing.text(width: SystemCalls.terminalWidth(1) ?? .max))
        } else if observation.silent.isEmpty {
            world.terminal.say("no VMs: create one with bcmcluster vm launch NAME")
        }
        for (host, failure) in observation.silent {
            let named = "\(host.name): "
            let message =
                failure.message.hasPrefix(named) ? failure.message.dropFirst(named.count) : failure.message[...]
            world.terminal.say("\(world.terminal.mark(.failed)) \(host.name): \(message)")
        }
        return observation.silent.isEmpty ? 0 : 4
    }
}
