/// Lets no command take longer than a person allows, whatever its own limit is.
public struct LimitedRunner: CommandRunner {
    private let base: any CommandRunner
    private let most: Duration

    /// A runner whose commands take that long at the most.
    public init(_ base: any CommandRunner, most: Duration) {
        self.base = base
        self.most = most
    }

    /// Runs the command under the shorter limit; one that works with a person's own input or files keeps its own.
    public func run(_ command: Command) async throws -> CommandResult {
        var limited = command
        if !command.isPersonal { limited.limit = min(command.limit, most) }
        return try await base.run(limited)
    }
}
