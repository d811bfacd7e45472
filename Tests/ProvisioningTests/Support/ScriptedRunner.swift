import Provisioning
import Synchronization
import Testing

/// A runner that answers what it was told, and fails loudly on any command it was not told of.
///
/// Lines are compared without the flags that every command of the client has; `LXCTests` checks those.
final class ScriptedRunner: CommandRunner {
    /// What the runner does with a command.
    enum Answer: Sendable {
        case result(CommandResult)
        case failure(Failure)
        /// As when the run is cancelled while the command continues.
        case cancelled

        static func prints(_ text: String) -> Answer { .result(CommandResult(output: text)) }
        static func ends(_ status: Int32, _ errors: String = "") -> Answer {
            .result(CommandResult(.exited(status), errors: errors))
        }
        static let works = prints("")
    }

    private struct State {
        var script: [String: [Answer]] = [:]
        var commands: [Command] = []
    }

    private let state = Mutex(State())

    /// The commands and what is answered to each; of several answers the last one stays.
    init(_ script: [String: [Answer]] = [:]) {
        for (line, answers) in script { on(line, answers) }
    }

    /// Says what is answered to a command from now on.
    func on(_ line: String, _ answers: Answer...) { on(line, answers) }

    /// The same with answers that were put together elsewhere.
    func on(_ line: String, _ answers: [Answer]) { state.withLock { $0.script[Self.plain(line)] = answers } }

    private static func plain(_ line: String) -> String {
        line.replacing(" --force-local", with: "").replacing(" --project default", with: "")
    }

    /// What was run, in order.
    var commands: [Command] { state.withLock { $0.commands } }
    /// What was run, as it could be pasted.
    var lines: [String] { commands.map { Self.plain($0.pasteable) } }
    /// What was run to change something.
    var changes: [String] { commands.filter { $0.effect == .changes }.map { Self.plain($0.pasteable) } }
    /// The last command with that line.
    func last(_ line: String) -> Command? { commands.last { Self.plain($0.pasteable) == Self.plain(line) } }

    func run(_ command: Command) async throws -> CommandResult {
        let line = Self.plain(command.pasteable)
        let answer: Answer? = state.withLock { state in
            state.commands.append(command)
            guard var answers = state.script[line], let answer = answers.first else { return nil }
            if answers.count > 1 { answers.removeFirst() }
            state.script[line] = answers
            return answer
        }
        switch answer {
        case .result(let result): return result
        case .failure(let failure): throw failure
        case .cancelled: throw CancellationError()
        case nil:
            Issue.record("nobody told the runner of: \(line)")
            throw Unexpected(line: line)
        }
    }

    /// A command that the script does not have.
    struct Unexpected: Error {
        let line: String
    }
}

/// A runner whose commands succeed, and print nothing unless the test says otherwise.
final class AnythingRunner: CommandRunner {
    private let run = Mutex<[Command]>([])
    private let output: @Sendable (Command) -> String

    init(_ output: @escaping @Sendable (Command) -> String = { _ in "" }) { self.output = output }

    /// What was run, in order.
    var commands: [Command] { run.withLock { $0 } }

    func run(_ command: Command) async throws -> CommandResult {
        run.withLock { $0.append(command) }
        return CommandResult(output: output(command))
    }
}
