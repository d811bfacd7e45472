import Provisioning
import Synchronization

/// Takes a member out of a cluster: `bcmcluster member remove`.
struct MemberRemoveCommand {
    let invocation: Invocation
    let world: World

    func run() async throws -> Int32 {
        let name = try invocation.cluster(world.environment)
        let member = try invocation.members(of: try world.standing(name))[0]
        let isForced = invocation.values[.force] != nil
        // What lived there when it was looked at under the lock, for what is asked before the run.
        let instances = Mutex(0)
        return try await ClusterChange(
            invocation: invocation, world: world, command: "member remove", rowOutcome: "removed",
            plan: { _, context in
                let status = try await ClusterInspector(context, .thorough).status()
                instances.withLock { $0 = status.members.first { $0.name == member.text }?.instances ?? 0 }
                return try await RemoveMemberPlan.checkedPlan(for: member, status, isForced: isForced, context)
            },
            mayBegin: { _ in try isAllowed(member, instances: instances.withLock { $0 }, isForced) }
        ).run { _, took in "member \(member) removed from \(name) (\(took.brief))" }
    }

    private func isAllowed(_ member: MemberName, instances: Int, _ isForced: Bool) throws -> Bool {
        let lodgers = instances == 1 ? "the instance on it" : "the \(instances) instances on it"
        let isMoved = instances > 0 && !isForced
        let snapshots = try lostSnapshots(with: member).map(\.text)
        return try Confirmation(command: "member remove", invocation: invocation, world: world).allows(
            ["the machine \(member) and everything in it"] + (instances > 0 && isForced ? [lodgers] : [])
                + (snapshots.isEmpty ? [] : ["the ability to restore \(snapshots.joined(separator: ", "))"]),
            headline: "removing \(member) deletes:",
            remarks: isMoved ? ["\(lodgers) will be moved to other members first"] : [])
    }

    /// The snapshots that become incomplete once the member's machine is gone.
    private func lostSnapshots(with member: MemberName) throws -> [SnapshotName] {
        let folder = world.folder(member.cluster)
        let state = try world.standing(member.cluster)
        if try world.provider(for: state).snapshotsOutliveMachines { return [] }
        return try SavedCluster.names(in: folder, world.files).filter {
            (try? SavedCluster.read($0, in: folder, world.files))?.state.member(member) != nil
        }
    }
}
