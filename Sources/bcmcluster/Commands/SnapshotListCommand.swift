import Provisioning

/// Shows a cluster's snapshots: `bcmcluster snapshot list`.
struct SnapshotListCommand {
    let invocation: Invocation
    let world: World

    func run() async throws -> Int32 {
        let state = try world.standing(try invocation.cluster(world.environment))
        _ = try await world.provider(of: state)
        let context = try world.context(toLookAt: state)
        let snapshots = try await world.untilSignal { try await ClusterSnapshot.all(context) }
        let listing = SnapshotListing(state.name, snapshots)
        if invocation.isJSON {
            world.terminal.result(try JSONText.text(listing))
        } else if listing.snapshots.isEmpty {
            world.terminal.say(
                "\(state.name) has no snapshots: take one with bcmcluster snapshot create -c \(state.name)")
        } else {
            let width = SystemCalls.terminalWidth(1) ?? .max
            world.terminal.result(listing.text(width: width, now: world.time.secondsSince1970))
        }
        if let failure = state.isHalfRestored { world.terminal.say(failure) }
        return 0
    }
}
