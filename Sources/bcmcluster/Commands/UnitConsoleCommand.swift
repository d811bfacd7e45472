import Provisioning

/// Opens an instance's console: `bcmcluster unit console`.
struct UnitConsoleCommand {
    let invocation: Invocation
    let world: World

    func run() async throws -> Int32 {
        let reference = try UnitReference(invocation.operands[0])
        let observation = try await world.observation(of: invocation.cluster(world.environment))
        let instance = try reference.instance(in: observation.workloads)
        let place = try observation.place(of: instance)
        var command = observation.context.client(in: place).console(of: instance.name)
        command.limit = LoginShell.limit
        world.terminal.say("console of \(instance.name): press Ctrl-A, then Q, to detach")
        return try await world.untilSignal(but: LoginShell.interrupt) { [command] in
            try await observation.context.provider.runner(in: place).run(command).shellStatus
        }
    }
}
