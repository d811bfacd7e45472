import Provisioning

/// Takes a member out of a cluster: `bcmcluster member remove`.
struct MemberRemoveCommand {
    let invocation: Invocation
    let world: World

    func run() async throws -> Int32 {
        let name = try invocation.cluster(world.environment)
        let member = try member(of: try world.standing(name))
        let isForced = invocation.values[.force] != nil
        return try await ClusterChange(
            invocation: invocation, world: world, command: "member remove", rowOutcome: "gone",
            plan: { record, _ in RemoveMemberPlan.plan(for: member, of: record, isForced: isForced) },
            mayBegin: { _ in confirmed(member) }
        ).run { _, took in "\(member) is gone from \(name), in \(took.brief)" }
    }

    private func member(of record: ClusterRecord) throws -> MemberName {
        let member = try invocation.members(of: record)[0]
        guard !member.isFirst else {
            throw Failure(
                .badInput, "\(member) is the first member, and stays: the remote and the certificate hang on it",
                remedy: "bcmcluster destroy -c \(record.name) removes the whole cluster")
        }
        return member
    }

    private func confirmed(_ member: MemberName) -> Bool {
        guard invocation.values[.yes] == nil, world.terminal.canAsk else { return true }
        world.terminal.say("removing \(member) removes, for good, its machine and all that is in it")
        return world.terminal.confirms("go on?")
    }
}
