/// Runs commands as root: directly where this process is root, through `sudo` where it is not.
package struct SudoRunner: CommandRunner {
    private let base: any CommandRunner
    private let needed: Bool

    /// Makes root's commands out of the base's.
    package init(_ base: any CommandRunner, needed: Bool = SystemCalls.effectiveUser != 0) {
        self.base = base
        self.needed = needed
    }

    /// Runs the command as root; `sudo` never asks here, a check before anything is touched did that.
    package func run(_ command: Command) async throws -> CommandResult {
        guard needed else { return try await base.run(command) }
        let result = try await base.run(command.wrapped(in: "sudo", ["-n", "--"]))
        if let error = SudoError(by: result) { throw error.failure(result) }
        return result
    }
}
