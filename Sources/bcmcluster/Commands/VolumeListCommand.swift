import Provisioning

/// Shows the volumes of units, also of those that are gone: `bcmcluster volume list`.
struct VolumeListCommand {
    let invocation: Invocation
    let world: World

    func run() async throws -> Int32 {
        let name = try invocation.cluster(world.environment)
        let unit = try invocation.operands.first.map { try UnitName($0) }
        let observation = try await world.observation(of: name)
        let listing = VolumeListing(name, observation.workloads, unit)
        if invocation.isJSON {
            world.terminal.result(try JSONText.text(listing))
        } else if listing.volumes.isEmpty {
            world.terminal.say(unit.map { "\($0) has no volumes on \(name)" } ?? "no unit has volumes on \(name)")
        } else {
            world.terminal.result(listing.text(width: SystemCalls.terminalWidth(1) ?? .max))
        }
        return 0
    }
}
