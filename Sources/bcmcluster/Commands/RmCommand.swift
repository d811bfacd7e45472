import Provisioning

/// Takes a unit away: `bcmcluster rm`.
struct RmCommand {
    let invocation: Invocation
    let world: World

    func run() async throws -> Int32 {
        let name = try invocation.cluster(world.environment)
        let unit = try UnitName(invocation.operands[0])
        let volumesToo = invocation.values[.volumes] != nil
        return try await UnitChangeRun(
            invocation: invocation, world: world, command: "rm",
            design: { state, context in
                let (respondingMember, workloads) = try await Workloads.look(context)
                let design = try RemoveUnit.design(unit, volumesToo: volumesToo, workloads)
                return UnitDesigner.Outcome(
                    design: design,
                    plan: try RemoveUnit.plan(for: design, of: state, respondingMember: respondingMember))
            }, mayBegin: { try isAllowed(unit, $0) }
        ).run { design, took in
            design.isComplete
                ? "unit \(unit) deleted from \(name) (\(took.brief))" : "unit \(unit) partly deleted from \(name)"
        }
    }

    private func isAllowed(_ unit: UnitName, _ design: UnitDesign) throws -> Bool {
        let kinds: [(UnitChange.Object, String)] = [
            (.instance, "instances"), (.volume, "volumes"), (.network, "networks"),
        ]
        let losses = kinds.compactMap { object, title in
            let names = design.works(on: object).map(\.name)
            return names.isEmpty ? nil : "\(title): \(names.joined(separator: ", "))"
        }
        let kept = design.changes.filter { $0.object == .volume && $0.isIdle }.map(\.name)
        return try Confirmation(command: "rm", invocation: invocation, world: world).allows(
            losses, headline: "removing \(unit) deletes, with all data:",
            remarks: kept.isEmpty ? [] : ["kept: \(kept.joined(separator: ", "))"])
    }
}
