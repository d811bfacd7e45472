import Provisioning

/// Runs a command in a unit's instances: `bcmcluster unit exec`.
struct UnitExecCommand {
    let invocation: Invocation
    let world: World

    func run() async throws -> Int32 {
        let reference = try UnitReference(invocation.operands[0])
        let observation = try await world.observation(of: invocation.cluster(world.environment))
        let limit = try invocation.limits().machine
        let instances = try reference.instances(in: observation.workloads)
        guard instances.count > 1 else { return try await alone(instances[0], observation, limit) }
        let outcomes = try await world.untilSignal {
            try await Everywhere.outcomes(in: instances) { instance in
                try await ExecOutcome.of(instance.name) {
                    let (command, runner) = try command(in: instance, observation, limit)
                    return try await runner.run(command)
                }
            }
        }
        for outcome in outcomes { outcome.show(on: world.terminal) }
        return outcomes.map(\.status).max() ?? 0
    }

    /// A user may stay inside for as long as it takes, unless a limit is given.
    private func alone(_ instance: ClusterInstance, _ observation: UnitStatus, _ limit: Duration) async throws -> Int32
    {
        let limit = invocation.values[.timeout] == nil ? LoginShell.limit : limit
        let (command, _) = try command(in: instance, observation, limit)
        let runner = observation.context.provider.userRunner(in: try observation.place(of: instance))
        return try await world.untilSignal { try await world.passThrough(command, runner) }
    }

    /// The user's command, and what leads to it.
    private func command(
        in instance: ClusterInstance, _ observation: UnitStatus, _ limit: Duration
    ) throws -> (Command, any CommandRunner) {
        let place = try observation.place(of: instance)
        var command = observation.context.client(in: place).inside(instance.name, invocation.passedOn)
        command.limit = limit
        return (command, observation.context.provider.runner(in: place))
    }
}
