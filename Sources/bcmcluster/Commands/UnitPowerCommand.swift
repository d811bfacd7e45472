import Provisioning
import Synchronization

/// AsyncSemaphore a unit's instances on or off, or stops their time: `bcmcluster unit stop`, `unit start` and their like.
struct UnitPowerCommand {
    let invocation: Invocation
    let world: World
    let change: SwitchInstance.Change

    func run() async throws -> Int32 {
        let reference = try UnitReference(invocation.operands[0])
        let isForced = invocation.values[.force] != nil
        let isPartial = Mutex(false)
        return try await ClusterChange(
            invocation: invocation, world: world, command: "unit \(change.rawValue)", rowOutcome: "done",
            plan: { state, context in
                let (_, workloads) = try await Workloads.look(context)
                let recipe = try SwitchUnitPlan(reference, change, isForced: isForced, workloads, of: state)
                for failure in recipe.left { context.remarks.add(failure.message) }
                isPartial.withLock { $0 = !recipe.left.isEmpty }
                return recipe.plan
            }, goodStatus: { isPartial.withLock { $0 } ? 4 : 0 }
        ).run { isChanged, took in
            isChanged
                ? "\(invocation.operands[0]): \(change.rawValue) done (\(took.brief))"
                : "\(invocation.operands[0]): nothing was changed"
        }
    }
}
