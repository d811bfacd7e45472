import Provisioning

/// The commands about the life of a unit's instances: `bcmcluster unit …`.
struct UnitCommands {
    let invocation: Invocation
    let world: World

    func run() async throws -> Int32 {
        switch invocation.verb {
        case .unitStop: try await turn(.stop)
        case .unitStart: try await turn(.start)
        case .unitPause: try await turn(.pause)
        case .unitResume: try await turn(.resume)
        case .unitRestart: try await turn(.restart)
        case .unitConsole: try await UnitConsoleCommand(invocation: invocation, world: world).run()
        case .unitExec: try await UnitExecCommand(invocation: invocation, world: world).run()
        default: try await UnitLogsCommand(invocation: invocation, world: world).run()
        }
    }

    private func turn(_ change: SwitchInstance.Change) async throws -> Int32 {
        try await UnitPowerCommand(invocation: invocation, world: world, change: change).run()
    }
}
