import Provisioning

/// Runs a command in a unit's instances: `bcmcluster unit exec`.
struct UnitExecCommand {
    let invocation: Invocation
    let world: World

    func run() async throws -> Int32 {
        let reference = try UnitReference(invocation.operands[0])
        let sight = try await world.sight(of: invocation.cluster(world.environment))
        let limit = try invocation.limits().machine
        let instances = try reference.instances(in: sight.workloads)
        guard instances.count > 1 else { return try await alone(instances[0], sight, limit) }
        let outcomes = try await world.untilSignal {
            try await withThrowingTaskGroup(of: (Int, ExecOutcome).self) { group in
                for (number, instance) in instances.enumerated() {
                    group.addTask { (number, try await outcome(instance, sight, limit)) }
                }
                return try await group.reduce(into: [(Int, ExecOutcome)]()) { $0.append($1) }
            }
        }.sorted { $0.0 < $1.0 }.map(\.1)
        for outcome in outcomes { outcome.show(on: world.terminal) }
        return outcomes.map(\.status).max() ?? 0
    }

    /// Gives the command our own terminal or pipes, and no cap on what it prints.
    private func alone(_ instance: ClusterInstance, _ sight: UnitSight, _ limit: Duration) async throws -> Int32 {
        let place = try sight.place(of: instance)
        var command = sight.context.client(in: place).inside(instance.name, invocation.passedOn)
        command.output = world.terminal.isInteractive ? .terminal : .passed
        command.limit = invocation.values[.timeout] == nil ? LoginShell.limit : limit
        return try await world.untilSignal { [command] in
            try await sight.context.provider.runner(in: place).run(command).shellStatus
        }
    }

    private func outcome(_ instance: ClusterInstance, _ sight: UnitSight, _ limit: Duration) async throws -> ExecOutcome
    {
        do {
            let place = try sight.place(of: instance)
            var command = sight.context.client(in: place).inside(instance.name, invocation.passedOn)
            command.limit = limit
            return ExecOutcome(instance.name, try await sight.context.provider.runner(in: place).run(command))
        } catch let failure as Failure {
            return ExecOutcome(instance.name, failure)
        }
    }
}
