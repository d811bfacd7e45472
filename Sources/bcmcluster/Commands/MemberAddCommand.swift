import Provisioning

/// Adds members to a cluster: `bcmcluster member add`, which is `up` with as many members more.
struct MemberAddCommand {
    let invocation: Invocation
    let world: World

    func run() async throws -> Int32 {
        let state = try world.standing(try invocation.cluster(world.environment))
        let further = (state.members.map(\.name.index).max() ?? 0) + (try invocation.count())
        guard further <= MemberName.mostFurther else {
            throw Failure(.badInput, "\(state.name) would have more than \(MemberName.mostFurther) further members")
        }
        // Counted from the highest: what removed members have left open below it stays open.
        let present = Set(state.members.map(\.name))
        let highest = present.map(\.index).max() ?? 0
        let added = (highest + 1...further).map { MemberName(state.name, $0) }
        return try await UpCommand(invocation: invocation, world: world, wanted: present.union(added).sorted()).run()
    }
}
