import Provisioning
import Synchronization

/// Makes a cluster what it was: `bcmcluster snapshot restore`.
struct SnapshotRestoreCommand {
    let invocation: Invocation
    let world: World

    /// What the cluster loses and gets, found under the lock.
    private struct Way {
        var saved: SavedCluster
        var record: ClusterRecord
    }

    func run() async throws -> Int32 {
        let name = try invocation.cluster(world.environment)
        let snapshot = try SnapshotName(invocation.operands[0])
        let found = Mutex<Way?>(nil)
        return try await ClusterChange(
            invocation: invocation, world: world, command: "snapshot restore", rowOutcome: "done",
            plan: { record, context in
                let status = try await Survey(context, .roles).status()
                let saved = try await saved(snapshot, status, context)
                try RestorePlan.checkHosts(record, saved, snapshot)
                try await StopPlan.check(context)
                found.withLock { $0 = Way(saved: saved, record: record) }
                // Somebody else may have a machine of that name by now.
                let whole = record.goingBack(to: snapshot, saved)
                _ = try await context.provider.assign(whole, newcomers: record.regained(by: saved))
                return RestorePlan.plan(for: record, status, to: snapshot, saved)
            },
            mayBegin: { _ in try found.withLock { $0 }.map { try confirmed(snapshot, $0) } ?? false },
            snapshot: snapshot, endsHalfRestored: true
        ).run { _, took in
            let members = found.withLock { $0?.saved.record.members.count } ?? 0
            return "\(name) is what it was in \(snapshot): \(members) member\(members == 1 ? "" : "s") online, "
                + "in \(took.brief)"
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

    /// Says what is lost; asks on a terminal, and wants a yes before a member is.
    private func confirmed(_ snapshot: SnapshotName, _ way: Way) throws -> Bool {
        if invocation.values[.yes] != nil { return true }
        let lost = way.record.lost(by: way.saved).map(\.text).joined(separator: ", ")
        let regained = way.record.regained(by: way.saved).map(\.text).joined(separator: ", ")
        let age = Duration.seconds(max(0, world.time.secondsSince1970 - way.saved.taken)).rough
        world.terminal.say("going back to \(snapshot), of \(age) ago, loses all that has changed since")
        if !lost.isEmpty { world.terminal.say("  removed, for good, with all that is there: \(lost)") }
        if !regained.isEmpty { world.terminal.say("  there again: \(regained)") }
        if world.terminal.canAsk { return world.terminal.confirms("go on?") }
        guard lost.isEmpty else {
            throw Failure(.badInput, "\(lost) would be removed, and nobody can be asked", remedy: "give --yes")
        }
        return true
    }
}

extension Failure {
    /// The failure of a name that no snapshot has.
    static func noSnapshot(_ name: SnapshotName, of cluster: ClusterName) -> Failure {
        Failure(
            .badInput, "\(cluster) has no snapshot \(name)",
            remedy: "bcmcluster snapshot list -c \(cluster) shows those there are")
    }
}
