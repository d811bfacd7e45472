import Provisioning

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
        return try await UnitChangeRun(
            invocation: invocation, world: world, command: "run",
            design: { _, context in try await UnitDesigner(unit, wishes, until: goal, context).design() },
            mayBegin: { try isAllowed(unit.name, $0) }
        ).run { design, took in
            if !design.isComplete { return "unit \(unit.name) is incomplete on \(name)" }
            return design.isIdle
                ? "unit \(unit.name) is up to date, unchanged"
                : "unit \(unit.name) is up to date (\(took.brief)); see bcmcluster ps -c \(name) \(unit.name)"
        }
    }

    private func isAllowed(_ unit: UnitName, _ design: UnitDesign) throws -> Bool {
        try Confirmation(command: "run", invocation: invocation, world: world).allows(
            design.losses.map { "the instance \($0.name) and its root disk: \($0.details)" },
            headline: "changing \(unit) deletes:")
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
