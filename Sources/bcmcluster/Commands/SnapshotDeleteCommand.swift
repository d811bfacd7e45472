import Provisioning

/// Deletes a snapshot: `bcmcluster snapshot delete`.
struct SnapshotDeleteCommand {
    let invocation: Invocation
    let world: World

    func run() async throws -> Int32 {
        let name = try invocation.cluster(world.environment)
        let snapshot = try SnapshotName(invocation.operands[0])
        return try await ClusterChange(
            invocation: invocation, world: world, command: "snapshot delete", rowOutcome: "deleted",
            plan: { _, context in
                let kept = try SavedCluster.names(in: context.folder, context.files).contains(snapshot)
                let all = try await context.provider.snapshots(of: context.store.state)
                guard kept || all[snapshot] != nil else { throw Failure.noSnapshot(snapshot, of: name) }
                return DeleteSnapshotPlan.plan(snapshot)
            }, mayBegin: { _ in try isAllowed(snapshot, name) }, snapshot: snapshot
        ).run { _, took in "snapshot \(snapshot) of \(name) deleted (\(took.brief))" }
    }

    private func isAllowed(_ snapshot: SnapshotName, _ name: ClusterName) throws -> Bool {
        try Confirmation(command: "snapshot delete", invocation: invocation, world: world).allows(
            ["the snapshot \(snapshot) of \(name)"], headline: "this deletes:")
    }
}
