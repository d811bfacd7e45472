import Foundation
import Provisioning

/// Files that only a few paths of exist.
struct FewFiles: Files {
    var texts: [String: String] = [:]

    func read(_ path: String) throws -> String? { texts[path] }
    func write(_ text: String, to path: String, mode: UInt32) throws {}
    func makeFolder(_ path: String, mode: UInt32) throws {}
    func kind(of path: String) throws -> FileKind? {
        texts[path] != nil ? .file : texts.keys.contains { $0.hasPrefix("\(path)/") } ? .folder : nil
    }
    func names(in folder: String) throws -> [String] {
        let below = texts.keys.filter { $0.hasPrefix("\(folder)/") }
        return Set(below.compactMap { $0.dropFirst(folder.count + 1).split(separator: "/").first.map(String.init) })
            .sorted()
    }
    func remove(_ path: String) throws {}
    func move(_ path: String, to other: String) throws {}
    func removeEmptyFolder(_ path: String) throws {}
}

/// A runner that answers every question with the same text, or with what a dry run would assume.
struct Answering: CommandRunner {
    var text: String?
    var status: Int32 = 0

    func run(_ command: Command) async throws -> CommandResult {
        var result = CommandResult(assumedOf: command)
        if command.effect == .awaits { return result }
        result.ending = .exited(status)
        return text.map { CommandResult(.exited(status), output: $0) } ?? result
    }
}

/// A runner that answers each question by a part of its words, the longest first; what it does not know is an empty list.
struct ScriptedAnswers: CommandRunner {
    var answers: [String: String]

    func run(_ command: Command) async throws -> CommandResult {
        let line = command.arguments.joined(separator: " ")
        let known = answers.keys.filter { "\(command.program) \(line)".contains($0) }.max {
            $0.utf8.count < $1.utf8.count
        }
        return CommandResult(output: known.flatMap { answers[$0] } ?? "[]")
    }
}

/// A clock on which every pause is over at once.
final class HurriedTime: TimeSource, @unchecked Sendable {
    private(set) var elapsed: Duration = .zero
    let secondsSince1970 = 1_800_000_000

    func sleep(_ duration: Duration) async throws { elapsed += duration * 50 }
}

/// Changes to the file system that the program itself never makes.
enum FewWrites {
    /// Puts text into a file that stays the same file.
    static func overwrite(_ path: String, _ text: String) {
        let descriptor = open(path, O_WRONLY | O_TRUNC | O_CLOEXEC)
        let bytes = Array(text.utf8)
        write(descriptor, bytes, bytes.count)
        close(descriptor)
    }

    static func makePipe(_ path: String) { mkfifo(path, 0o600) }
}
