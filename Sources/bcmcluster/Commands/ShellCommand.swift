import Provisioning

/// Opens an interactive shell in a member's machine: `bcmcluster shell`.
struct ShellCommand {
    let invocation: Invocation
    let world: World

    func run() async throws -> Int32 {
        let state = try world.standing(try invocation.cluster(world.environment))
        let named = try invocation.members(of: state).first
        guard let member = named ?? state.members.map(\.name).min() else {
            throw Failure(.badInput, "\(state.name) has no members")
        }
        let provider = try await world.provider(of: state)
        let shell = Command(
            LoginShell.words[0], Array(LoginShell.words.dropFirst()), limit: LoginShell.limit, effect: .changes,
            output: .terminal)
        return try await world.untilSignal(but: LoginShell.interrupt) {
            try await provider.userRunner(in: member).run(shell).shellStatus
        }
    }
}

/// The shell that the user gets: a login shell, since in a VM only that one finds the programs of snaps.
enum LoginShell {
    /// What is run.
    static let words = ["sh", "-c", "command -v bash >/dev/null && exec bash -l; exec sh -l"]
    /// How long it may stay open.
    static let limit: Duration = .seconds(7 * 86_400)
    /// The signal of Ctrl-C, which is the shell's own affair.
    static let interrupt: Int32 = 2
}
