import Provisioning
import Synchronization

/// Makes a cluster what it was: `bcmcluster snapshot restore`.
struct SnapshotRestoreCommand {
    let invocation: Invocation
    let world: World

    /// What the cluster loses and gets, found under the lock.
    private struct Way {
        var saved: SavedCluster
        var state: ClusterState
    }

    func run() async throws -> Int32 {
        let name = try invocation.cluster(world.environment)
        let snapshot = try SnapshotName(invocation.operands[0])
        let found = Mutex<Way?>(nil)
        return try await ClusterChange(
            invocation: invocation, world: world, command: "snapshot restore", rowOutcome: "done",
            plan: { state, context in
                let status = try await ClusterInspector(context, .roles).status()
                let saved = try await saved(snapshot, status, context)
                try RestorePlan.checkHosts(state, saved, snapshot)
                try await StopPlan.check(context)
                found.withLock { $0 = Way(saved: saved, state: state) }
                // Somebody else may have a machine of that name by now.
                let whole = state.goingBack(to: snapshot, saved)
                _ = try await context.provider.assign(whole, newMembers: state.regained(by: saved))
                return RestorePlan.plan(for: state, status, to: snapshot, saved)
            },
            mayBegin: { _ in try found.withLock { $0 }.map { try isAllowed(snapshot, $0) } ?? false },
            snapshot: snapshot, endsHalfRestored: true,
            goOn: { plan, outcome in
                guard let command = RestorePlan.commandAfterRestore(of: name, plan, outcome) else { return nil }
                return "\(name) is restored from \(snapshot); \(command) continues without restoring it again"
            }
        ).run { _, took in
            let members = found.withLock { $0?.saved.state.members.count } ?? 0
            return "cluster \(name) restored from \(snapshot) (\(members) member\(members == 1 ? "" : "s") online, "
                + "\(took.brief))"
        }
    }

    private func saved(
        _ name: SnapshotName, _ status: ClusterStatus, _ context: PlanContext
    ) async throws -> SavedCluster {
        guard let snapshot = try await ClusterSnapshot.all(context).first(where: { $0.name == name }) else {
            throw Failure.noSnapshot(name, of: status.cluster)
        }
        // Says what is wrong with a file that cannot be understood.
        let saved = try SavedCluster.read(name, in: context.folder, context.files)
        try RestorePlan.check(snapshot, status)
        guard let saved else { throw Failure.noSnapshot(name, of: status.cluster) }
        return saved
    }

    private func isAllowed(_ snapshot: SnapshotName, _ way: Way) throws -> Bool {
        let lost = way.state.lost(by: way.saved).map(\.text).joined(separator: ", ")
        let regained = way.state.regained(by: way.saved).map(\.text).joined(separator: ", ")
        let age = Duration.seconds(max(0, world.time.secondsSince1970 - way.saved.taken)).rough
        return try Confirmation(command: "snapshot restore", invocation: invocation, world: world).allows(
            ["all that has changed since \(snapshot), taken \(age) ago"]
                + (lost.isEmpty ? [] : ["the machines \(lost) and everything in them"]),
            headline: "restoring \(snapshot) deletes:",
            remarks: regained.isEmpty ? [] : ["restored: \(regained)"])
    }
}

extension Failure {
    /// The failure of a name that no snapshot has.
    static func noSnapshot(_ name: SnapshotName, of cluster: ClusterName) -> Failure {
        Failure(
            .badInput, "\(cluster) has no snapshot \(name)",
            hint: "see bcmcluster snapshot list -c \(cluster)")
    }
}
