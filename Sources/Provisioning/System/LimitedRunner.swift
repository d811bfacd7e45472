/// Lets no command take longer than the user allows, whatever its own limit is.
package struct LimitedRunner: CommandRunner {
    private let base: any CommandRunner
    private let most: Duration

    /// A runner whose commands take that long at most.
    package init(_ base: any CommandRunner, most: Duration) {
        self.base = base
        self.most = most
    }

    /// Runs the command under the shorter limit; one that works with the user's own input or files,
    /// or whose lines are followed, keeps its own.
    package func run(_ command: Command) async throws -> CommandResult {
        var limited = command
        if !command.isForUserTerminal, command.lines == nil { limited.limit = min(command.limit, most) }
        return try await base.run(limited)
    }
}
