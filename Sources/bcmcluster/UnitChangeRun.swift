import Provisioning
import Synchronization

/// A change of a unit: as every change of a cluster, with what becomes of each object.
struct UnitChangeRun {
    let invocation: Invocation
    let world: World
    /// The command, as the user types it.
    let command: String
    /// What is found under the lock, and the steps.
    let design: (ClusterState, PlanContext) async throws -> UnitDesigner.Outcome
    /// Whether the run may begin.
    var mayBegin: (UnitDesign) throws -> Bool = { _ in true }

    /// Does all of it, and says the sentence that is made from what was found and how long it took.
    func run(saying sentence: (UnitDesign, Duration) -> String) async throws -> Int32 {
        let latest = Mutex<UnitDesign?>(nil)
        var found: UnitDesign? { latest.withLock { $0 } }
        return try await ClusterChange(
            invocation: invocation, world: world, command: command, rowOutcome: "done",
            plan: { state, context in
                let outcome = try await design(state, context)
                outcome.design.remarks.forEach(context.remarks.add)
                latest.withLock { $0 = outcome.design }
                return outcome.plan
            },
            mayBegin: { _ in try found.map(mayBegin) ?? true }, goodStatus: { found?.isComplete ?? true ? 0 : 4 },
            changes: { found?.changes ?? [] }
        ).run { _, took in found.map { sentence($0, took) } ?? "" }
    }
}
