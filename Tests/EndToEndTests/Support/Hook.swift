import Foundation

/// Something that happens while the tool runs a certain command in a machine: a script in front of `nsenter` on PATH.
struct Hook {
    private let folder: String
    private let path: String

    /// Runs those lines of `sh` when a command contains all of the words, in that order.
    ///
    /// `$PPID` is the tool; the lines run before the command, or beside it where they end with `&`.
    init(_ sandbox: Sandbox, at words: String..., does lines: String) async throws {
        try await self.init(sandbox, at: words, does: lines)
    }

    /// The same with words that were put together elsewhere.
    init(_ sandbox: Sandbox, at words: [String], does lines: String) async throws {
        folder = "\(sandbox.folder)/hook-\(UInt32.random(in: 0...UInt32.max))"
        path = sandbox.environment["PATH"] ?? "/usr/sbin:/usr/bin:/sbin:/bin"
        try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: false)
        let pattern = words.map { "*\"\($0)\"" }.joined() + "*"
        let script = """
            #!/bin/sh
            PATH=\(path)
            case "$*" in
            \(pattern)) if mkdir \(folder)/met 2>/dev/null; then :
            \(lines)
            fi ;;
            esac
            exec nsenter "$@"

            """
        try await Executable.write(script, to: "\(folder)/nsenter")
    }

    /// Variables with which a run meets it, once.
    var variables: [String: String] { ["PATH": "\(folder):\(path)"] }

    /// Whether it has happened.
    var wasMet: Bool { FileManager.default.fileExists(atPath: "\(folder)/met") }
}
