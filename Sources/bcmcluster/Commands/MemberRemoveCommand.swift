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
            mayBegin: { _ in try confirmed(member) }
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

    private func confirmed(_ member: MemberName) throws -> Bool {
        guard invocation.values[.yes] == nil, world.terminal.canAsk else { return true }
        world.terminal.say("removing \(member) removes, for good, its machine and all that is in it")
        let lost = try lostSnapshots(with: member).map(\.text)
        if !lost.isEmpty {
            world.terminal.say("the cluster cannot go back any more to \(lost.joined(separator: ", "))")
        }
        return world.terminal.confirms("go on?")
    }

    /// The snapshots that are whole no more once the member's machine is gone.
    private func lostSnapshots(with member: MemberName) throws -> [SnapshotName] {
        let folder = world.folder(member.cluster)
        let record = try world.standing(member.cluster)
        if try world.provider(record.settings.provider).snapshotsOutliveMachines { return [] }
        return try SavedCluster.names(in: folder, world.files).filter {
            (try? SavedCluster.read($0, in: folder, world.files))?.record.member(member) != nil
        }
    }
}
