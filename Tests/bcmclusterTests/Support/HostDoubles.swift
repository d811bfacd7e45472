import Provisioning

/// A host whose programs answer what a test says; a program that it does not know is not there.
struct HostRunner: CommandRunner {
    var answers: [String: CommandResult] = [:]

    func run(_ command: Command) async throws -> CommandResult {
        guard let answer = answers[command.pasteable] else {
            throw Failure(.missing, "\(command.program): command not found", command: command.pasteable)
        }
        return answer
    }
}

/// Files that only can be read: texts by path, everything above them a folder.
struct TextFiles: Files {
    var texts: [String: String] = [:]
    /// What stands at a path that is neither a text nor above one.
    var kinds: [String: FileKind] = [:]

    func read(_ path: String) throws -> String? { texts[path] }
    func write(_ text: String, to path: String, mode: UInt32) throws { throw Failure(.files, "not here") }
    func makeFolder(_ path: String, mode: UInt32) throws { throw Failure(.files, "not here") }
    func kind(of path: String) throws -> FileKind? {
        if texts[path] != nil { return .file }
        return kinds[path] ?? (texts.keys.contains { $0.hasPrefix("\(path)/") } ? .folder : nil)
    }
    func names(in folder: String) throws -> [String] {
        let below = (Array(texts.keys) + Array(kinds.keys)).filter { $0.hasPrefix("\(folder)/") }
        return Set(below.compactMap { $0.dropFirst(folder.count + 1).split(separator: "/").first.map(String.init) })
            .sorted()
    }
    func remove(_ path: String) throws { throw Failure(.files, "not here") }
    func move(_ path: String, to other: String) throws { throw Failure(.files, "not here") }
    func removeEmptyFolder(_ path: String) throws { throw Failure(.files, "not here") }
}
