/// Runs commands on a host as root: directly where one logs in as root there, through `sudo` where not.
///
/// Which of the two is asked with the first command, once, so that nothing is asked of a host that nobody needs.
package struct RootOnHost: CommandRunner {
    private let base: any CommandRunner
    private let rights: Rights

    /// Root's commands, by what runs them as the user who logs in there.
    package init(_ base: any CommandRunner) {
        self.base = base
        rights = Rights(base)
    }

    /// Runs the command as root; `sudo` never asks: nobody is at that terminal.
    package func run(_ command: Command) async throws -> CommandResult {
        try await SudoRunner(base, needed: rights.areLess(limit: command.limit)).run(command)
    }

    /// Throws `Failure.missing` where commands cannot be run as root.
    package func check(limit: Duration) async throws { _ = try await rights.areLess(limit: limit) }

    /// Remembers whose login it is.
    private actor Rights {
        private let base: any CommandRunner
        private var known: Bool?

        init(_ base: any CommandRunner) { self.base = base }

        /// Whether it takes `sudo` to be root; throws `Failure.missing` where there is none that lets us.
        func areLess(limit: Duration) async throws -> Bool {
            if let known { return known }
            let limit = min(limit, .seconds(20))
            if try await base.output(of: Command("id", ["-u"], limit: limit).needed).trimmed == "0" {
                known = false
                return false
            }
            let result = try await base.run(Command("sudo", ["-n", "true"], limit: limit).needed)
            guard result.succeeded else { throw (SudoError(by: result) ?? .refused).failure(result) }
            known = true
            return true
        }
    }
}
