/// What a finished command left.
package struct CommandResult: Sendable, Equatable {
    /// How the program ended.
    package enum Ending: Sendable, Equatable {
        /// By itself, with this status.
        case exited(Int32)
        case signalled(Int32)
    }

    package var ending: Ending
    /// What it printed on standard output, up to the cap.
    package var output: String
    /// What it printed on standard error, up to the cap.
    package var errors: String
    /// Whether nothing was asked, and the empty output stands for an empty answer.
    var isAssumedEmpty = false

    /// Makes a result; by default that of a program which succeeded in silence.
    package init(_ ending: Ending = .exited(0), output: String = "", errors: String = "") {
        self.ending = ending
        self.output = output
        self.errors = errors
    }

    /// The answer that a dry run assumes of a command.
    package init(assumedOf command: Command) {
        self.init(output: command.assumed ?? "")
        isAssumedEmpty = command.assumed == nil
    }

    /// Whether the program ended by itself with status 0.
    package var succeeded: Bool { ending == .exited(0) }

    /// The end of what the program printed, errors before output, for a message: plain text, without what a program
    /// draws on a terminal.
    package var tail: String {
        let plain = (errors: PlainText.of(errors).trimmed, output: PlainText.of(output).trimmed)
        let text = plain.errors.isEmpty ? plain.output : plain.errors
        return text.split(separator: "\n").suffix(8).joined(separator: "\n")
    }

    /// The same, with nothing of an output that is secret, and without what was secret in the command's input.
    package func tail(of command: Command) -> String { tail(of: command.invocation) }

    func tail(of command: Command.ProgramInvocation) -> String {
        let tail = command.output == .secret ? CommandResult(ending, errors: errors).tail : tail
        return command.shownInput?.removed(from: tail) ?? tail
    }
}

/// The one seam between this tool and the machine: everything outside the process is reached through it.
///
/// This machine, the same as root, inside a member's machine, a dry run and a test are values of this one interface.
package protocol CommandRunner: Sendable {
    /// Runs the command to its end and returns what it left, whatever its status.
    ///
    /// Throws `Failure.missing` where there is no such program, `Failure.timedOut` after the command's limit, and
    /// `CancellationError` when the task is cancelled; in the latter two the whole process group has been ended.
    func run(_ command: Command) async throws -> CommandResult
}

extension CommandRunner {
    /// Runs the command and returns its standard output; any status but 0 is a `Failure.commandFailed`.
    @discardableResult
    package func output(of command: Command, hint: String? = nil) async throws -> String {
        let result = try await run(command)
        guard result.succeeded else { throw Failure(command, result, hint: hint) }
        return result.output
    }
}

extension Failure {
    /// The failure of a command that exited with a status other than 0.
    package init(_ command: Command, _ result: CommandResult, hint: String? = nil) {
        let how =
            switch result.ending {
            case .exited(let status): "exited with status \(status)"
            case .signalled(let signal): "was killed by signal \(signal)"
            }
        self.init(
            .commandFailed, "\(command.program) \(how)", command: command.pasteable, output: result.tail(of: command),
            hint: hint
        )
    }
}

extension StringProtocol {
    /// The text without white space at either end.
    package var trimmed: String {
        var rest = self[...]
        while let first = rest.first, first.isWhitespace { rest = rest.dropFirst() }
        while let last = rest.last, last.isWhitespace { rest = rest.dropLast() }
        return String(rest)
    }
}
