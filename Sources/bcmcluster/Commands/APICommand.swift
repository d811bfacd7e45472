import Provisioning

/// Says how other programs reach a cluster: `bcmcluster api`.
struct APICommand {
    let invocation: Invocation
    let world: World

    func run() async throws -> Int32 {
        let state = try world.standing(try invocation.cluster(world.environment))
        let access = try APIAccess(try await world.reach(of: state))
        world.terminal.result(invocation.isJSON ? try JSONText.text(access) : access.text)
        return 0
    }
}
