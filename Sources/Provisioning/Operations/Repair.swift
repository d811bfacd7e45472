/// Fixes what `status` finds: `bcmcluster repair`.
package struct Repair: Operation {
    private let cluster: ClusterName
    private let accepted: String?
    private let options: OperationOptions

    /// `accepting` a fingerprint, or its first 12 digits or more, lets a client stay that the cluster does not know.
    package init(_ cluster: ClusterName, accepting: String? = nil, options: OperationOptions = OperationOptions()) {
        self.cluster = cluster
        accepted = accepting
        self.options = options
    }

    package func run(in app: AppContext) async throws -> ChangeReport {
        try await app.changeExisting(ChangeRequest(cluster: cluster, command: "repair", options: options)) {
            state, context in
            let status = try await ClusterInspector.status(
                of: state, context, .proven, unfinishedWithin: .seconds(10))
            let repair = RepairPlan(for: state, status.findings, accepting: try accepted(in: status))
            var change = PlannedChange(
                plan: repair.plan, context: context, rowOutcome: "repaired", confirmation: confirmation(repair),
                isComplete: repair.left.isEmpty,
                left: repair.left.map { "not repaired: \($0.sentence); hint: \($0.hint(for: cluster))" },
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
