/// Marks commands with the host that they run on, so that logs and reviews can say where.
package struct RunnerOnHost: CommandRunner {
    private let host: Host
    private let base: any CommandRunner

    /// A runner whose commands `base` runs on that host.
    package init(_ host: Host, _ base: any CommandRunner) {
        self.host = host
        self.base = base
    }

    package func run(_ command: Command) async throws -> CommandResult {
        var marked = command
        marked.host = host.wordsForSSH
        return try await base.run(marked)
    }
}
