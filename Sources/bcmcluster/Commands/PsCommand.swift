import Provisioning

/// Shows the units of a cluster and how their instances are: `bcmcluster ps`.
struct PsCommand {
    let invocation: Invocation
    let world: World

    func run() async throws -> Int32 {
        let name = try invocation.cluster(world.environment)
        let unit = try invocation.operands.first.map { try UnitName($0) }
        let observation = try await world.observation(of: name, withState: true)
        let listing = UnitListing(name, observation.workloads, unit) { observation.state.host(of: $0).text }
        if let unit, listing.instances.isEmpty { throw observation.workloads.noUnit(unit) }
        if invocation.isJSON {
            world.terminal.result(try JSONText.text(listing))
        } else if listing.instances.isEmpty {
            world.terminal.say("\(name) has no units: create one with bcmcluster run -c \(name) FILE")
        } else {
            let width = SystemCalls.terminalWidth(1) ?? .max
            world.terminal.result(listing.text(width: width, now: world.time.secondsSince1970))
        }
        return listing.instances.allSatisfy(\.reachable) ? 0 : 4
    }
}
