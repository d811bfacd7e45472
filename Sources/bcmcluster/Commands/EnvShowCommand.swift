import Provisioning

/// Prints where a cluster's API is, for other programs: `bcmcluster env show`.
struct EnvShowCommand {
    let invocation: Invocation
    let world: World

    func run() async throws -> Int32 {
        let state = try world.standing(try invocation.cluster(world.environment))
        let reach = try await world.reach(of: state)
        if reach.remote == nil {
            world.terminal.say(
                "note: \(Engine.current.client) has no remote for \(state.name) yet; bcmcluster up -c \(state.name) adds it"
            )
        }
        world.terminal.result(invocation.isJSON ? try JSONText.text(reach) : reach.shellLines)
        return 0
    }
}
