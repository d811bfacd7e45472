import Foundation

/// An `lxc` on PATH that records what it is called with before it does its work, so that no command line is missed,
/// however short it stands in /proc.
struct LXCWitness {
    private let folder: String
    private let path: String

    init(_ sandbox: Sandbox) async throws {
        folder = "\(sandbox.folder)/respondingMember"
        path = sandbox.environment["PATH"] ?? "/usr/sbin:/usr/bin:/sbin:/bin"
        try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
        let script = """
            #!/bin/sh
            printf '%s\\n' "$@" >>\(folder)/words
            PATH=\(path) exec lxc "$@"

            """
        try await Executable.write(script, to: "\(folder)/lxc")
    }

    /// A PATH by which a run uses it.
    func path(before rest: String) -> String { "\(folder):\(rest)" }

    /// The tokens that stood on its command lines, of those that lead to the address.
    func tokens(to address: String) throws -> [String] {
        let words = try String(contentsOfFile: "\(folder)/words", encoding: .utf8).split(separator: "\n")
        return Token.all(in: words.map(String.init), to: address)
    }
}

/// LXD's tokens: long words that are JSON in base64.
enum Token {
    /// Those among the words that lead to the address; other tests have others.
    static func all(in words: [String], to address: String) -> [String] {
        Set(words).filter { word in
            guard word.count > 80, let data = Data(base64Encoded: word) else { return false }
            return String(decoding: data, as: UTF8.self).contains("\"\(address):")
        }.sorted()
    }
}
