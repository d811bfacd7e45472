/// Fixes what `status` finds: `bcmcluster repair`.
package struct Repair: Operation {
    private let cluster: ClusterName
    private let accepted: String?
    private let identifier: String?
    private let options: OperationOptions

    /// `accepting` a fingerprint, or its first 12 digits or more, lets a client stay that the cluster does not know.
    ///
    /// Where the state is lost or damaged it is rebuilt first from the machines of that `identifier`, which may be left out
    /// where it is certain.
    package init(
        _ cluster: ClusterName, accepting: String? = nil, identifier: String? = nil,
        options: OperationOptions = OperationOptions()
    ) {
        self.cluster = cluster
        self.identifier = identifier
        accepted = accepting
        self.options = options
    }

    package func run(in app: AppContext) async throws -> ChangeReport {
        let request = ChangeRequest(cluster: cluster, command: "repair", options: options)
        let lost = LostState(app: app, cluster: cluster, identifier: identifier)
        guard try lost.isLost, try await lost.orphan() != nil else {
            return try await app.changeExisting(request) { state, context in try await change(state, context) }
        }
        return try await rebuild(request, app)
    }

    /// Rebuilds the state from the machines, then repairs what `status` finds.
    private func rebuild(_ request: ChangeRequest, _ app: AppContext) async throws -> ChangeReport {
        var request = request
        request.creates = true
        return try await app.change(request) { [request] app in
            let lost = LostState(app: app, cluster: cluster, identifier: identifier)
            let orphan = try await lost.orphanUnderLock()
            let state = try await lost.rebuilt(from: orphan)
            let provider = try app.provider(for: state)
            let remarks = try await app.check(provider, for: state)
            let context = app.context(state, provider: provider, limits: options.limits)
            let plan = AdoptPlan.plan(for: state)
            let announcement = ["\(cluster): its state is lost, and is rebuilt from \(orphan.summary)"]
            if app.recorder != nil {
                var change = PlannedChange(plan: plan, context: context)
                change.remarks = remarks + announcement + ["a real run then repairs what status finds"]
                return .change(change)
            }
            let report = try await app.runBefore(
                plan, context, request, resume: "re-run bcmcluster repair -c \(cluster) to resume",
                announcement: announcement,
                confirmation: Confirmation(command: "repair", headline: "", losses: []))
            guard case .ran(let run) = report.result, run.outcome.succeeded else { return .ended(report) }
            var change = try await change(state, context)
            change.remarks = remarks + orphan.remarks + run.remarks + change.remarks
            let isTaken = try await isNameTaken(state, context)
            AdoptPlan.addCertificate(state.first, addsRemote: !isTaken, to: &change.plan)
            if isTaken {
                change.remarks.append(
                    "your \(state.engine.client) has a remote \(state.first) that is not known as this cluster's, and was not changed"
                )
            }
            change.summary = { _, took in ["cluster \(cluster) repaired: its state is rebuilt (\(took.brief))"] }
            return .change(change)
        }
    }

    /// Whether the user's client has a remote of the name that the cluster's would get.
    private func isNameTaken(_ state: ClusterState, _ context: PlanContext) async throws -> Bool {
        guard state.remote == nil else { return false }
        do { return try await context.remotes.all()[state.first.text] != nil } catch let failure as Failure
            where failure.code == .missing
        {
            return false
        }
    }

    private func change(_ state: ClusterState, _ context: PlanContext) async throws -> PlannedChange<PlanContext> {
        let status = try await ClusterInspector.status(
            of: state, context, .proven, unfinishedWithin: .seconds(10))
        let repair = RepairPlan(for: state, status.findings, accepting: try accepted(in: status))
        var change = PlannedChange(
            plan: repair.plan, context: context, rowOutcome: "repaired", confirmation: confirmation(repair),
            isComplete: repair.left.isEmpty,
            left: repair.left.map { "not repaired: \($0.sentence); hint: \(status.hint(of: $0))" },
            summary: { outcome, took in
                outcome.done.isEmpty
                    ? ["\(cluster): \(repair.left.isEmpty ? "nothing to repair" : "nothing was changed")"]
                    : ["cluster \(cluster) repaired (\(took.brief))"]
            })
        if !repair.plan.entries.isEmpty {
            change.announcement =
                ["repairing \(cluster) will, where not done already:"]
                + repair.plan.entries.map { "  \($0.step.titleForUsers)" }
        }
        return change
    }

    /// What is asked; nothing is lost without a yes.
    private func confirmation(_ repair: RepairPlan) -> Confirmation? {
        if repair.plan.entries.isEmpty { return nil }
        let machines = repair.lost.map(\.text).joined(separator: ", ")
        let losses =
            (machines.isEmpty ? [] : ["the data on \(machines)"])
            + (repair.survivor.map { ["database changes that \($0) has not received"] } ?? [])
        return Confirmation(command: "repair", headline: losses.isEmpty ? "" : "this deletes:", losses: losses)
    }

    /// The client that the user accepts; throws `Failure.badInput` where the cluster trusts none of that fingerprint.
    private func accepted(in status: ClusterStatus) throws -> TrustedClient? {
        guard let accepted else { return nil }
        let matching = status.foreignClients.filter { accepted.utf8.count >= 12 && $0.fingerprint.hasPrefix(accepted) }
        guard matching.count == 1 else {
            throw Failure(
                .badInput,
                "--accept: status reports no client with the fingerprint \(Shell.quoted(accepted.clipped))",
                hint: "see bcmcluster status -c \(status.cluster)")
        }
        return matching[0]
    }
}
