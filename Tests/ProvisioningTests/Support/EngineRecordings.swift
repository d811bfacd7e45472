import FoundationEssentials
import Synchronization
import Testing

@testable import Provisioning

/// An engine whose answers were recorded: real daemons of that version, and their client.
enum RecordedEngine: String, CaseIterable, CustomTestStringConvertible {
    case lxd5 = "lxd-5.0.2"
    case lxd521 = "lxd-5.21.7"
    case lxd6 = "lxd-6.9"
    case incus6 = "incus-6.0.4"
    case incus7 = "incus-7.0.2"

    var testDescription: String { rawValue }
    var engine: Engine { rawValue.hasPrefix("lxd") ? .lxd : .incus }
    var isIncus: Bool { engine == .incus }
    /// Such as `5.21.7`.
    var version: String { String(rawValue.drop { $0 != "-" }.dropFirst()) }

    /// The files of an engine.
    enum Topic: String, CaseIterable {
        case server = "01-server"
        case cluster = "02-cluster"
        case members = "03-members"
        case join = "04-join"
        case trust = "05-trust"
        case instances = "06-instances"
        case images = "07-images"
        case storage = "08-storage"
        case networks = "09-networks"
        case removal = "10-removal"
        case exec = "11-exec"
        case sql = "12-sql"
        case recovery = "13-recovery"
        case move = "14-move"
        case noLeader = "15-no-leader"
        case profiles = "16-profiles"
    }

    private struct Recording: Decodable {
        var engine: String
        var version: String
        var cases: [RecordedCase]
    }

    private static let read = Mutex<[String: [RecordedCase]]>([:])

    /// The cases of a file, in the order in which they were recorded.
    func cases(_ topic: Topic) throws -> [RecordedCase] {
        let path = "engines/\(rawValue)/\(topic.rawValue).json"
        if let cases = Self.read.withLock({ $0[path] }) { return cases }
        let text = try TestFile.fixture(path)
        let recording = try JSONDecoder().decode(Recording.self, from: Data(text.utf8))
        try #require("\(recording.engine)-\(recording.version)" == rawValue)
        Self.read.withLock { $0[path] = recording.cases }
        return recording.cases
    }

    /// The case of that name; a test whose case is missing fails.
    func recorded(
        _ name: String, _ topic: Topic, at location: SourceLocation = #_sourceLocation
    ) throws -> RecordedCase {
        let found = try cases(topic).first { $0.name == name }
        return try #require(found, "\(rawValue) has no case \(name)", sourceLocation: location)
    }
}

/// A command that was run on a real daemon's machine, and what came of it.
struct RecordedCase: Decodable, Sendable {
    var name: String
    /// The program and its arguments.
    var argv: [String]
    var stdin: String?
    var status: Int32
    var stdout: String
    var stderr: String
    /// What the recorder has to say of it.
    var note: String?

    var result: CommandResult { CommandResult(.exited(status), output: stdout, errors: stderr) }
    var succeeded: Bool { status == 0 }
    /// The failure that the product makes of it.
    var failure: Failure { Failure(Command(argv[0], Array(argv.dropFirst())), result) }
    /// What the product takes it for; `nil` where it succeeded or is none of the errors that are known.
    var error: EngineError? { succeeded ? nil : failure.engineError }

    /// Whether a command is that one; `<fingerprint>` and its like stand for any text.
    func isOf(_ command: Command) -> Bool {
        var words = [command.program] + command.arguments
        words.removeAll { $0 == "--force-local" }
        if let index = words.firstIndex(of: "--project"), words[index + 1] == "default" {
            words.removeSubrange(index...index + 1)
        }
        // The recorder had every program in its PATH.
        words[0] = words[0].split(separator: "/").last.map(String.init) ?? ""
        return words.count == argv.count && zip(argv, words).allSatisfy(Self.matches)
    }

    private static func matches(_ recorded: String, _ word: String) -> Bool {
        let pieces = recorded.split(separator: /<[a-z-]+>/, omittingEmptySubsequences: false)
        guard let first = pieces.first, let last = pieces.last, pieces.count > 1 else { return recorded == word }
        guard word.hasPrefix(first), word.hasSuffix(last) else { return false }
        var rest = word.dropFirst(first.count)
        for piece in pieces.dropFirst().dropLast() {
            guard let range = rest.firstRange(of: piece) else { return false }
            rest = rest[range.upperBound...]
        }
        return rest.count > last.count
    }
}

/// Answers as a real daemon did, and records an issue for a command that was not recorded.
final class RecordedRunner: CommandRunner {
    private let cases: [RecordedCase]
    private let answer: RecordedCase?
    private let run = Mutex<[Command]>([])

    /// What was run, in order.
    var commands: [Command] { run.withLock { $0 } }

    /// Answers these commands, and no others.
    init(_ cases: RecordedCase...) { (self.cases, answer) = (cases, nil) }
    init(_ cases: [RecordedCase]) { (self.cases, answer) = (cases, nil) }

    /// Answers every command so, where the recorded one has other names.
    init(always answer: RecordedCase) { (cases, self.answer) = ([], answer) }

    func run(_ command: Command) async throws -> CommandResult {
        run.withLock { $0.append(command) }
        if let found = answer ?? cases.first(where: { $0.isOf(command) }) { return found.result }
        Issue.record("no recording of: \(command.pasteable)")
        throw ScriptedRunner.Unexpected(line: command.pasteable)
    }
}
