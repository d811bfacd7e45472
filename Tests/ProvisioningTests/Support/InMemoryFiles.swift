import Provisioning
import Synchronization

/// A file system in memory, in which chosen paths can fail.
final class InMemoryFiles: Files {
    struct Entry: Equatable {
        var text: String
        var mode: UInt32
    }

    private struct State {
        var files: [String: Entry] = [:]
        var folders: [String: UInt32] = [:]
        var failing: [String: Failure] = [:]
    }

    private let state = Mutex(State())

    init(_ texts: [String: String] = [:]) {
        state.withLock { $0.files = texts.mapValues { Entry(text: $0, mode: 0o600) } }
    }

    /// From now on every call about that path fails.
    func fail(_ path: String, _ failure: Failure) { state.withLock { $0.failing[path] = failure } }

    var files: [String: Entry] { state.withLock { $0.files } }
    var folders: [String: UInt32] { state.withLock { $0.folders } }
    subscript(path: String) -> String? { files[path]?.text }
    func put(_ text: String, at path: String) { state.withLock { $0.files[path] = Entry(text: text, mode: 0o600) } }

    private func guarded<Answer>(_ path: String, _ body: (inout State) throws -> Answer) throws -> Answer {
        try state.withLock { state in
            if let failure = state.failing[path] { throw failure }
            return try body(&state)
        }
    }

    func read(_ path: String) throws -> String? { try guarded(path) { $0.files[path]?.text } }

    func write(_ text: String, to path: String, mode: UInt32) throws {
        try guarded(path) { $0.files[path] = Entry(text: text, mode: mode) }
    }

    func makeFolder(_ path: String, mode: UInt32) throws {
        try guarded(path) { state in
            var prefix = ""
            for part in path.split(separator: "/") {
                prefix += "/\(part)"
                if state.folders[prefix] == nil { state.folders[prefix] = mode }
            }
        }
    }

    func kind(of path: String) throws -> FileKind? {
        try guarded(path) { state in
            if state.files[path] != nil { return .file }
            let isFolder = state.folders[path] != nil || state.files.keys.contains { $0.hasPrefix(path + "/") }
            return isFolder ? .folder : nil
        }
    }

    func names(in folder: String) throws -> [String] {
        try guarded(folder) { state in
            let below = (Array(state.files.keys) + Array(state.folders.keys)).filter { $0.hasPrefix(folder + "/") }
            return Set(below.compactMap { $0.dropFirst(folder.count + 1).split(separator: "/").first.map(String.init) })
                .sorted()
        }
    }

    func move(_ path: String, to other: String) throws {
        try guarded(path) { $0.files[other] = $0.files.removeValue(forKey: path) }
    }

    func remove(_ path: String) throws {
        try guarded(path) { state in
            state.files = state.files.filter { $0.key != path && !$0.key.hasPrefix(path + "/") }
            state.folders = state.folders.filter { $0.key != path && !$0.key.hasPrefix(path + "/") }
        }
    }

    func removeEmptyFolder(_ path: String) throws {
        guard try names(in: path).isEmpty else { return }
        try guarded(path) { $0.folders[path] = nil }
    }
}
