/// Deletes a cluster with all that is in it: `bcmcluster destroy`.
public struct Destroy: Operation {
    private let cluster: ClusterName
    private let purges: Bool
    private let isOrphaned: Bool
    private let identifier: String?
    private let options: OperationOptions

    /// Where it `purges`, an engine that was installed on hosts for the cluster is removed too.
    ///
    /// One that `isOrphaned` has lost its state: what goes are the machines of that `identifier`, which may be left out where
    /// it is certain.
    package init(
        _ cluster: ClusterName, purges: Bool = false, isOrphaned: Bool = false, identifier: String? = nil,
        options: OperationOptions = OperationOptions()
    ) {
        self.cluster = cluster
        self.isOrphaned = isOrphaned
        self.identifier = identifier
        self.purges = purges
        self.options = options
    }

    /// Deletes the cluster of that name; throws `Failure` for a name that is not valid.
    public init(_ cluster: String) throws { self.init(try ClusterName(cluster)) }

    /// Deletes it.
    public func run(in app: AppContext) async throws -> ChangeReport {
        let meant = app.near(cluster).map { "; did you mean \($0)?" } ?? ""
        let nothing = ChangeReport(
            command: "destroy", subject: cluster.text,
            result: .nothing("cluster \(cluster) not found: nothing to destroy\(meant)"))
        let lost = LostState(app: app, cluster: cluster, identifier: identifier)
        var request = ChangeRequest(cluster: cluster, command: "destroy", options: options)
        request.makesRoom = true
        if isOrphaned {
            guard try lost.isLost else {
                throw Failure(
                    .conflict, "cluster \(cluster) has its state: it is not orphaned",
                    hint: "bcmcluster destroy -c \(cluster)")
            }
            guard try await lost.orphan() != nil else { return nothing }
            request.operands = ["--orphaned"] + (identifier.map { ["--identifier", $0] } ?? [])
            request.creates = true
            return try await app.change(request) { app in
                let lost = LostState(app: app, cluster: cluster, identifier: identifier)
                let orphan = try await lost.orphanUnderLock()
                var change = try await change(lost.rebuilt(from: orphan), app)
                change.remarks += orphan.remarks
                return .change(change)
            }
        }
        // A state that is missing is not proof that nothing is there.
        let isThere = try app.files.kind(of: app.folder(cluster).path) != nil
        if try !isThere || StateStore.read(app.folder(cluster), app.files) == nil, let left = try await lost.leftovers()
        {
            throw left
        }
        guard isThere else { return nothing }
        return try await app.change(request) { app in
            .change(try await change(try StateStore.read(app.folder(cluster), app.files), app))
        }
    }

    private func change(_ state: ClusterState?, _ app: AppContext) async throws -> PlannedChange<PlanContext> {
        let settings = state?.settings ?? ClusterSettings(provider: ProviderRegistry.standard.names[0], storage: .dir)
        let provider =
            try state.map { try app.provider(for: $0, purges: purges) } ?? app.provider(settings.provider)
        var remarks: [String] = []
        if let state { remarks = try await app.check(provider, for: state) }
        let snapshots = try SavedCluster.names(in: app.folder(cluster), app.files).map(\.text).joined(separator: ", ")
        if app.recorder != nil, !snapshots.isEmpty { remarks.append("its snapshots are deleted too: \(snapshots)") }
        let known = state ?? ClusterState(name: cluster, identifier: "", created: 0, settings: settings)
        let losses =
            (state?.members ?? []).map { what(goesWith: $0, settings.provider) }
            + (snapshots.isEmpty ? [] : ["the snapshots \(snapshots)"])
            + (state?.remote.map { ["the \(Engine.current.client) remote \($0.name)"] } ?? []) + [
                "the files in \(app.folder(cluster).path)"
            ]
        return PlannedChange(
            plan: state.map { DestroyPlan.plan(for: $0, isOrphaned: isOrphaned) } ?? DestroyPlan.planForFilesAlone(),
            context: app.context(known, provider: provider, limits: options.limits), rowOutcome: "deleted",
            remarks: remarks,
            confirmation: Confirmation(
                command: isOrphaned ? "destroy --orphaned" : "destroy", headline: "destroying \(cluster) deletes:",
                losses: losses, isAllowedUnasked: !isOrphaned),
            summary: { _, took in ["cluster \(cluster) deleted (\(took.brief))"] },
            // From its first step on the cluster has a state again.
            resume: { _ in isOrphaned ? "re-run bcmcluster destroy -c \(cluster) to resume" : nil })
    }

    /// What is lost with a member; of a host that is one, what its LXD holds.
    private func what(goesWith member: ClusterState.Member, _ provider: ProviderName) -> String {
        let traits = try? ProviderRegistry.standard.traits(of: provider)
        if traits?.membersAreHosts ?? false, let host = member.host {
            let after = purges ? "is uninstalled too, if it was installed for this cluster" : "is kept, empty"
            return
                "everything in \(Engine.current.title) on \(host) (\(member.name)); \(Engine.current.title) itself \(after)"
        }
        let place = member.host.map { " on \($0)" } ?? ""
        return "the machine \(member.name)\(place) (\(provider.rawValue)) and everything in it"
    }
}
