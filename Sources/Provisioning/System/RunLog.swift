#if canImport(Darwin)
    import Darwin
#elseif canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#endif

import Synchronization

/// The log of one run: a line per command with step, effect, status and duration; secrets are written as their labels.
///
/// The fields are separated by tabs: seconds since the start, step, phase, effect, status, duration, command.
package final class RunLog: Sendable {
    private let descriptor: Int32
    private let redactor: Redactor
    private let time: any TimeSource

    /// Where the log stands.
    package let path: String

    /// Creates a log of its own for this run; a file that exists already is a failure.
    package init(_ path: String, mode: UInt32, redactor: Redactor, time: any TimeSource) throws {
        descriptor = open(path, O_WRONLY | O_CREAT | O_EXCL | O_APPEND | O_CLOEXEC | O_NOFOLLOW, mode)
        guard descriptor >= 0 else { throw Failure(could: "write the log", path) }
        self.path = path
        self.redactor = redactor
        self.time = time
    }

    deinit {
        WriteQueue.flush()
        close(descriptor)
    }

    /// Writes one line; a full disk must not end the run, so trouble is passed over.
    package func write(_ fields: [String]) {
        let safe = fields.map { redactor.redact($0).replacing("\t", with: " ").replacing("\n", with: "\\n") }
        WriteQueue.add(([Self.decimal(time.elapsed)] + safe).joined(separator: "\t") + "\n", to: descriptor)
    }

    /// Seconds with three decimals.
    static func decimal(_ duration: Duration) -> String {
        let milliseconds = Int((duration.seconds * 1000).rounded())
        let digits = String(milliseconds % 1000)
        return "\(milliseconds / 1000).\(String(repeating: "0", count: 3 - digits.utf8.count))\(digits)"
    }
}

/// Writes every command that passes through to a log.
package struct LoggingRunner: CommandRunner {
    private let base: any CommandRunner
    private let log: RunLog
    private let time: any TimeSource

    /// A runner that logs what `base` runs.
    package init(_ base: any CommandRunner, _ log: RunLog, _ time: any TimeSource) {
        self.base = base
        self.log = log
        self.time = time
    }

    /// Runs the command and logs how it ended.
    package func run(_ command: Command) async throws -> CommandResult {
        let start = time.elapsed
        do {
            let result = try await base.run(command)
            switch result.ending {
            case .exited(0): note(command, "0", start)
            case .exited(let status): note(command, "\(status)", start, printed: result.tail(of: command))
            case .signalled(let signal): note(command, "signal \(signal)", start, printed: result.tail(of: command))
            }
            return result
        } catch {
            note(command, (error as? Failure)?.code.rawValue ?? "cancelled", start)
            throw error
        }
    }

    private func note(_ command: Command, _ status: String, _ start: Duration, printed: String = "") {
        let scope = StepScope.current
        log.write(
            [
                scope?.step ?? "-", scope?.phase.rawValue ?? "-", command.effect.rawValue, status,
                RunLog.decimal(time.elapsed - start), command.pasteable,
            ] + (printed.isEmpty ? [] : [printed]))
    }
}
