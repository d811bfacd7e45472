/// Marks commands with the host that they run on, so that logs and reviews can say where.
public struct RunnerOnHost: CommandRunner {
    private let host: Host
    private let base: any CommandRunner

    /// A runner whose commands `base` runs on that host.
    public init(_ host: Host, _ base: any CommandRunner) {
        self.host = host
        self.base = base
    }

    /// Runs the command there.
    public func run(_ command: Command) async throws -> CommandResult {
        var marked = command
        marked.host = host.wordsForSSH
        return try await base.run(marked)
    }
}
