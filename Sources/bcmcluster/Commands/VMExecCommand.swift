import Provisioning

/// Runs a command in a VM, or an interactive shell: `bcmcluster vm exec`, `bcmcluster vm shell`.
struct VMExecCommand {
    let invocation: Invocation
    let world: World
    /// The command's words.
    let words: [String]
    /// The signal that it gets by itself, and that does not end it.
    var ownSignal: Int32?

    func run() async throws -> Int32 {
        let vm = try await world.usableVM(VMReference(invocation.operands[0]))
        let name = vm.instance.name
        // As long as the user lets it.
        let command = Command(
            words[0], Array(words.dropFirst()), limit: LoginShell.limit, effect: .changes,
            output: world.terminal.isInteractive ? .terminal : .passed)
        let result = try await world.changing("run it in \(vm.place)", on: vm.host, but: ownSignal) {
            // It would be started by the command, which then printed a spinner before everything else.
            if !vm.instance.isRunning { try await Multipass($0).start(name, limit: .seconds(900)) }
            return try await VMCommandRunner($0, in: name, as: .login).run(command)
        }
        return result?.shellStatus ?? 0
    }
}
