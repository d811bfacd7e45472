import Provisioning

/// Opens an interactive shell in a member's machine: `bcmcluster shell`.
struct ShellCommand {
    let invocation: Invocation
    let world: World

    /// How long a shell may stay open.
    private static let limit: Duration = .seconds(7 * 86_400)
    /// The signal of Ctrl-C, which is the shell's own affair.
    private static let interrupt: Int32 = 2

    func run() async throws -> Int32 {
        let record = try world.standing(try invocation.cluster(world.environment))
        let named = try invocation.members(of: record).first
        guard let member = named ?? record.members.map(\.name).min() else {
            throw Failure(.badInput, "\(record.name) has no members")
        }
        let provider = try await world.provider(of: record)
        // A login shell: in a VM only that one finds the programs of snaps.
        let shell = Command(
            "sh", ["-c", "command -v bash >/dev/null && exec bash -l; exec sh -l"], limit: Self.limit,
            effect: .changes, output: .terminal)
        return try await world.untilSignal(but: Self.interrupt) {
            try await provider.runner(in: member).run(shell).shellStatus
        }
    }
}
