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
            design: { record, context in
                let (witness, workloads) = try await Workloads.look(context)
                let design = try RemoveUnit.design(unit, volumesToo: volumesToo, workloads)
                return UnitDesigner.Outcome(
                    design: design, plan: try RemoveUnit.plan(for: design, of: record, witness: witness))
            }, mayBegin: { confirmed(unit, $0) }
        ).run { design, took in
            design.isWhole
                ? "\(unit) is gone from \(name), in \(took.brief)" : "\(unit) is not wholly gone from \(name)"
        }
    }

    private func confirmed(_ unit: UnitName, _ design: UnitDesign) -> Bool {
        guard invocation.values[.yes] == nil, world.terminal.canAsk else { return true }
        let instances = design.works(on: .instance).map(\.name)
        let volumes = design.works(on: .volume).map(\.name)
        let networks = design.works(on: .network).map(\.name)
        world.terminal.say("removing \(unit) removes, for good, with what is on them:")
        for (kind, names) in [("instances", instances), ("volumes", volumes), ("networks", networks)]
        where !names.isEmpty {
            world.terminal.say("  \(kind): \(names.joined(separator: ", "))")
        }
        let kept = design.changes.filter { $0.object == .volume && $0.isIdle }.map(\.name)
        if !kept.isEmpty { world.terminal.say("what stays: \(kept.joined(separator: ", "))") }
        return world.terminal.confirms("go on?")
    }
}
