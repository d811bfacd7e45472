import Provisioning

/// The commands about VMs, whatever host they are on: `bcmcluster vm …`.
struct VMCommands {
    let invocation: Invocation
    let world: World

    func run() async throws -> Int32 {
        switch invocation.verb {
        case .vmInfo: try await VMInfoCommand(invocation: invocation, world: world).run()
        case .vmLaunch: try await VMLaunchCommand(invocation: invocation, world: world).run()
        case .vmStart: try await power(.start)
        case .vmStop: try await power(.stop)
        case .vmRestart: try await power(.restart)
        case .vmDelete: try await VMDeleteCommand(invocation: invocation, world: world).run()
        case .vmShell: try await exec(LoginShell.words, ownSignal: LoginShell.interrupt)
        case .vmExec: try await exec(invocation.passedOn)
        case .vmTransfer: try await VMTransferCommand(invocation: invocation, world: world).run()
        default: try await VMListCommand(invocation: invocation, world: world).run()
        }
    }

    private func power(_ change: VMPowerCommand.Change) async throws -> Int32 {
        try await VMPowerCommand(invocation: invocation, world: world, change: change).run()
    }

    private func exec(_ words: [String], ownSignal: Int32? = nil) async throws -> Int32 {
        try await VMExecCommand(invocation: invocation, world: world, words: words, ownSignal: ownSignal).run()
    }
}
