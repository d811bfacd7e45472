import Provisioning
import Synchronization

/// Mends what `status` finds: `bcmcluster repair`.
struct RepairCommand {
    let invocation: Invocation
    let world: World

    func run() async throws -> Int32 {
        let name = try invocation.cluster(world.environment)
        // What was found under the lock, for what is said before and after the run.
        let found = Mutex<RepairPlan?>(nil)
        let status = try await ClusterChange(
            invocation: invocation, world: world, command: "repair", rowOutcome: "repaired",
            plan: { state, context in
                let status = try await ClusterInspector(context, .proven).status()
                let repair = RepairPlan(for: state, status.findings, accepting: try accepted(in: status))
                found.withLock { $0 = repair }
                return repair.plan
            },
            mayBegin: { _ in try isAllowed(name, found.withLock { $0 }) },
            goodStatus: { found.withLock { $0?.left.isEmpty ?? true } ? 0 : 4 }
        ).run { isChanged, took in
            let isAllWell = found.withLock { $0?.left.isEmpty ?? true }
            return isChanged
                ? "cluster \(name) repaired (\(took.brief))"
                : "\(name): \(isAllWell ? "nothing to repair" : "nothing was changed")"
        }
        let left = found.withLock { $0?.left } ?? []
        for finding in left {
            world.terminal.say("not repaired: \(finding.sentence); hint: \(finding.hint(for: name))")
        }
        return status
    }

    /// Says what will be done, and asks on a terminal; nothing is lost without a yes.
    private func isAllowed(_ name: ClusterName, _ repair: RepairPlan?) throws -> Bool {
        guard let repair, !repair.plan.entries.isEmpty else { return true }
        world.terminal.say("repairing \(name) will, where not done already:")
        for entry in repair.plan.entries { world.terminal.say("  \(StepName.forPeople(entry.step))") }
        let confirmation = Confirmation(command: "repair", invocation: invocation, world: world)
        let losses = losses(repair)
        return try losses.isEmpty ? confirmation.asks() : confirmation.allows(losses, headline: "this deletes:")
    }

    /// The client that the user accepts; throws `Failure.badInput` where the cluster trusts none of that fingerprint.
    private func accepted(in status: ClusterStatus) throws -> TrustedClient? {
        guard let text = invocation.values[.accept] else { return nil }
        let matching = status.foreignClients.filter { text.utf8.count >= 12 && $0.fingerprint.hasPrefix(text) }
        guard matching.count == 1 else {
            throw Failure(
                .badInput, "--accept: status reports no client with the fingerprint \(Shell.quoted(text.clipped))",
                hint: "see bcmcluster status -c \(status.cluster)")
        }
        return matching[0]
    }

    private func losses(_ repair: RepairPlan) -> [String] {
        let machines = repair.lost.map(\.text).joined(separator: ", ")
        return (machines.isEmpty ? [] : ["the data on \(machines)"])
            + (repair.survivor.map { ["database changes that \($0) has not received"] } ?? [])
    }
}
