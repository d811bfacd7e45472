import Provisioning
import Synchronization

/// Makes a unit what its file says: `bcmcluster run`.
struct RunCommand {
    let invocation: Invocation
    let world: World

    func run() async throws -> Int32 {
        let name = try invocation.cluster(world.environment)
        let goal = try invocation.goal()
        let unit = try UnitFile.read(invocation.operands[0], world.files)
        world.concealSecrets(of: unit)
        let wishes = UnitDiff.Wishes(
            replaced: Set(try invocation.replaced()), reschedules: invocation.values[.reschedule] != nil)
        // What was found under the lock.
        let found = Mutex<UnitDesign?>(nil)
        return try await ClusterChange(
            invocation: invocation, world: world, command: "run", rowOutcome: "done",
            plan: { _, context in
                let outcome = try await UnitDesigner(unit, wishes, until: goal, context).design()
                outcome.design.remarks.forEach(context.remarks.add)
                found.withLock { $0 = outcome.design }
                return outcome.plan
            },
            goodStatus: { found.withLock { $0 }.map(\.isWhole) ?? true ? 0 : 4 },
            changes: { found.withLock { $0?.changes } ?? [] }
        ).run { _, took in
            let design = found.withLock { $0 }
            if design?.isWhole == false { return "\(unit.name) is not whole on \(name)" }
            return design?.isIdle ?? true
                ? "\(unit.name) is as its file says: nothing was changed"
                : "\(unit.name) is as its file says, in \(took.brief); bcmcluster ps -c \(name) \(unit.name)"
        }
    }
}

extension World {
    /// Hides values of the environment that by their names are secrets, wherever text leaves the process.
    func concealSecrets(of unit: Unit) {
        let signs = ["PASS", "SECRET", "TOKEN", "KEY", "CREDENTIAL"]
        for (name, value) in unit.environment where signs.contains(where: name.uppercased().contains) {
            redactor.conceal(value, as: "<\(name)>")
        }
    }
}
