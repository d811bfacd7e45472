/// Copies a whole cluster: `bcmcluster snapshot create`.
package struct CreateSnapshot: Operation {
    private let cluster: ClusterName
    private let name: SnapshotName?
    private let options: OperationOptions

    /// A snapshot of that name; `nil` names it by the present time.
    package init(
        of cluster: ClusterName, named name: SnapshotName? = nil, options: OperationOptions = OperationOptions()
    ) {
        self.cluster = cluster
        self.name = name
        self.options = options
    }

    package func run(in app: AppContext) async throws -> ChangeReport {
        let snapshot = name ?? SnapshotName(takenAt: app.time.secondsSince1970)
        let request = ChangeRequest(
            cluster: cluster, command: "snapshot create", operands: name.map { [$0.text] } ?? [], options: options)
        return try await app.changeExisting(request) { state, context in
            guard try !SavedCluster.names(in: context.folder, context.files).contains(snapshot) else {
                throw Failure(
                    .badInput, "\(cluster) has a snapshot \(snapshot) already",
                    hint: "choose another name, or bcmcluster snapshot delete -c \(cluster) \(snapshot)")
            }
            let status = try await ClusterInspector(context, .roles).status()
            try SnapshotPlan.check(status)
            try await StopPlan.check(context)
            let hasRemnant = try await context.provider.copies.snapshots(of: state)[snapshot] != nil
            let copies = SnapshotCopies()
            return PlannedChange(
                plan: SnapshotPlan.plan(snapshot, of: state, status, hasRemnant: hasRemnant, copies: copies),
                context: context, rowOutcome: "copied", snapshot: snapshot,
                summary: { _, took in
                    [
                        "snapshot \(snapshot) of \(cluster) taken in \(took.brief)\(Self.amount(copies))",
                        "  restore it with: bcmcluster snapshot restore -c \(cluster) \(snapshot)",
                    ]
                },
                resume: { _ in
                    "start stopped machines with bcmcluster start -c \(cluster), then re-run snapshot create"
                })
        }
    }

    private static func amount(_ copies: SnapshotCopies) -> String {
        guard let bytes = copies.bytes else { return "" }
        let kind = copies.isShared ? "copy-on-write copies of" : "full copies of"
        return " (\(kind) \(ByteSize.brief(bytes)))"
    }
}

/// Makes a cluster what it was: `bcmcluster snapshot restore`.
package struct RestoreSnapshot: Operation {
    private let cluster: ClusterName
    private let snapshot: SnapshotName
    private let options: OperationOptions

    package init(
        _ snapshot: SnapshotName, of cluster: ClusterName, options: OperationOptions = OperationOptions()
    ) {
        self.cluster = cluster
        self.snapshot = snapshot
        self.options = options
    }

    package func run(in app: AppContext) async throws -> ChangeReport {
        let request = ChangeRequest(
            cluster: cluster, command: "snapshot restore", operands: [snapshot.text], options: options)
        return try await app.changeExisting(request, finishesIncompleteRestore: true) { state, context in
            let status = try await ClusterInspector(context, .roles).status()
            let saved = try await saved(status, context)
            try RestorePlan.checkHosts(state, saved, snapshot)
            try await StopPlan.check(context)
            // Somebody else may have a machine of that name by now.
            let complete = state.stateForRestore(to: snapshot, saved)
            _ = try await context.provider.assign(complete, newMembers: state.regained(by: saved))
            let plan = RestorePlan.plan(for: state, status, to: snapshot, saved)
            return PlannedChange(
                plan: plan, context: context, confirmation: confirmation(state, saved, context.time),
                snapshot: snapshot,
                summary: { _, took in
                    [
                        "cluster \(cluster) restored from \(snapshot) "
                            + "(\(counted(saved.state.members.count, "member")) online, \(took.brief))"
                    ]
                },
                resume: { outcome in
                    RestorePlan.commandAfterRestore(of: cluster, plan, outcome).map {
                        "\(cluster) is restored from \(snapshot); \($0) continues without restoring it again"
                    }
                })
        }
    }

    private func saved(_ status: ClusterStatus, _ context: PlanContext) async throws -> SavedCluster {
        guard let found = try await ClusterSnapshot.all(context).first(where: { $0.name == snapshot }) else {
            throw Failure.noSnapshot(snapshot, of: cluster)
        }
        // Says what is wrong with a file that cannot be understood.
        let saved = try SavedCluster.read(snapshot, in: context.folder, context.files)
        try RestorePlan.check(found, status)
        guard let saved else { throw Failure.noSnapshot(snapshot, of: cluster) }
        return saved
    }

    private func confirmation(_ state: ClusterState, _ saved: SavedCluster, _ time: any TimeSource) -> Confirmation {
        let lost = state.lost(by: saved).map(\.text).joined(separator: ", ")
        let regained = state.regained(by: saved).map(\.text).joined(separator: ", ")
        let age = Duration.seconds(max(0, time.secondsSince1970 - saved.taken)).rough
        return Confirmation(
            command: "snapshot restore", headline: "restoring \(snapshot) deletes:",
            losses: ["all that has changed since \(snapshot), taken \(age) ago"]
                + (lost.isEmpty ? [] : ["the machines \(lost) and everything in them"]),
            remarks: regained.isEmpty ? [] : ["restored: \(regained)"])
    }
}

/// Deletes a snapshot: `bcmcluster snapshot delete`.
package struct RemoveSnapshot: Operation {
    private let cluster: ClusterName
    private let snapshot: SnapshotName
    private let options: OperationOptions

    package init(
        _ snapshot: SnapshotName, of cluster: ClusterName, options: OperationOptions = OperationOptions()
    ) {
        self.cluster = cluster
        self.snapshot = snapshot
        self.options = options
    }

    package func run(in app: AppContext) async throws -> ChangeReport {
        let request = ChangeRequest(
            cluster: cluster, command: "snapshot delete", operands: [snapshot.text], options: options)
        return try await app.changeExisting(request) { state, context in
            let isKept = try SavedCluster.names(in: context.folder, context.files).contains(snapshot)
            let all = try await context.provider.copies.snapshots(of: state)
            guard isKept || all[snapshot] != nil else { throw Failure.noSnapshot(snapshot, of: cluster) }
            return PlannedChange(
                plan: DeleteSnapshotPlan.plan(snapshot), context: context, rowOutcome: "deleted",
                confirmation: Confirmation(
                    command: "snapshot delete", headline: "this deletes:",
                    losses: ["the snapshot \(snapshot) of \(cluster)"]),
                snapshot: snapshot,
                summary: { _, took in ["snapshot \(snapshot) of \(cluster) deleted (\(took.brief))"] })
        }
    }
}

/// Looks at a cluster's snapshots: `bcmcluster snapshot list`.
package struct ListSnapshots: Operation {
    /// The snapshots, and what is wrong where the cluster is half restored from one.
    package struct Report: Sendable {
        package var snapshots: [ClusterSnapshot]
        package var problem: Failure?
    }

    private let cluster: ClusterName

    package init(of cluster: ClusterName) { self.cluster = cluster }

    package func run(in app: AppContext) async throws -> Report {
        let state = try app.existing(cluster)
        _ = try await app.usableProvider(for: state)
        return Report(
            snapshots: try await ClusterSnapshot.all(app.context(toLookAt: state)),
            problem: state.incompleteRestoreFailure)
    }
}

extension Failure {
    /// The failure of a name that no snapshot has.
    static func noSnapshot(_ name: SnapshotName, of cluster: ClusterName) -> Failure {
        Failure(
            .notFound, "\(cluster) has no snapshot \(name)",
            hint: "see bcmcluster snapshot list -c \(cluster)")
    }
}
