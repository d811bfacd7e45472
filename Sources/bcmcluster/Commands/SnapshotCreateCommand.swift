import Provisioning

/// Copies a whole cluster: `bcmcluster snapshot create`.
struct SnapshotCreateCommand {
    let invocation: Invocation
    let world: World

    func run() async throws -> Int32 {
        let name = try invocation.cluster(world.environment)
        let snapshot =
            try invocation.operands.first.map { try SnapshotName($0) }
            ?? SnapshotName(takenAt: world.time.secondsSince1970)
        let copies = SnapshotCopies()
        return try await ClusterChange(
            invocation: invocation, world: world, command: "snapshot create", rowOutcome: "copied",
            plan: { state, context in try await plan(snapshot, state, context, copies) },
            snapshot: snapshot,
            goOn: { _, _ in "start stopped machines with bcmcluster start -c \(name), then re-run snapshot create" }
        ).run { _, took in
            """
            snapshot \(snapshot) of \(name) taken in \(took.brief)\(Self.amount(copies))
              restore it with: bcmcluster snapshot restore -c \(name) \(snapshot)
            """
        }
    }

    private func plan(
        _ snapshot: SnapshotName, _ state: ClusterState, _ context: PlanContext, _ copies: SnapshotCopies
    ) async throws -> Plan {
        guard try !SavedCluster.names(in: context.folder, context.files).contains(snapshot) else {
            throw Failure(
                .badInput, "\(state.name) has a snapshot \(snapshot) already",
                hint: "choose another name, or bcmcluster snapshot delete -c \(state.name) \(snapshot)")
        }
        let status = try await ClusterInspector(context, .roles).status()
        try SnapshotPlan.check(status)
        try await StopPlan.check(context)
        let hasRemnant = try await context.provider.snapshots(of: state)[snapshot] != nil
        return SnapshotPlan.plan(snapshot, of: state, status, hasRemnant: hasRemnant, copies: copies)
    }

    private static func amount(_ copies: SnapshotCopies) -> String {
        guard let bytes = copies.bytes else { return "" }
        let kind = copies.isShared ? "copy-on-write copies of" : "full copies of"
        return " (\(kind) \(ByteSize.brief(bytes)))"
    }
}
