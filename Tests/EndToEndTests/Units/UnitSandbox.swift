import Foundation
import Provisioning
import Testing

/// An instance as `ps --json` tells of it.
struct ShownInstance: Decodable, Equatable {
    var unit: String
    var name: String
    var type: String
    var state: String
    var member: String
    var host: String
    var ipv4: [String]
    var volumes: [String]
    var since: String?
    var reachable: Bool
}

/// An object as `run --json` and its dry run tell of it.
struct ShownChange: Decodable, Hashable {
    var action: String
    var kind: String
    var name: String
    var message: String

    /// Terraform's sign for it.
    var sign: String { ["create": "+", "update": "~", "delete": "-", "none": "="][action] ?? "?" }

    /// Whether it is an instance, and not what that hangs on.
    var isInstance: Bool { kind == "instance" }

    /// What becomes of which object: `+ instance web-1`.
    var brief: String { "\(sign) \(kind) \(name)" }
}

extension Sandbox {
    /// Writes a file into the sandbox and returns its path.
    func write(_ text: String, to name: String) throws -> String {
        let path = "\(folder)/\(name)"
        try Data(text.utf8).write(to: URL(fileURLWithPath: path))
        return path
    }

    /// Writes the file of a small unit and returns its path.
    func unit(_ name: String, count: Int = 1, memory: Int = 32, _ rest: String = "", instance: String = "") throws
        -> String
    {
        try write(
            """
            [spacecore]
            name = "\(name)"
            [hardware]
            memory = \(memory)
            ref = "tiny"
            [instance]
            count = \(count)
            \(instance)
            \(rest)
            """, to: "\(name).toml")
    }

    /// The objects that a command tells of, which has to end with that status.
    func changes(_ arguments: String..., status: Int32 = 0, at location: SourceLocation = #_sourceLocation) async throws
        -> [ShownChange]
    {
        struct Told: Decodable { var changes: [ShownChange]? }
        let words = [arguments[0], "-c", cluster] + arguments.dropFirst() + ["--json"]
        let result = try await run(Product.bcmcluster, words)
        #expect(
            result.ending == .exited(status), "\(words): \(result.errors)\(result.output)", sourceLocation: location)
        let text = arguments.contains("--dry-run") ? result.output : result.lastLine
        return try JSONDecoder().decode(Told.self, from: Data(text.utf8)).changes ?? []
    }

    /// What `ps` tells.
    func ps(_ unit: String? = nil, status: Int32 = 0) async throws -> [ShownInstance] {
        struct Told: Decodable { var instances: [ShownInstance] }
        let result = try await run(Product.bcmcluster, ["ps", "-c", cluster] + [unit].compactMap { $0 } + ["--json"])
        #expect(result.ending == .exited(status), "\(result.errors)")
        return try JSONDecoder().decode(Told.self, from: Data(result.output.utf8)).instances
    }

    /// What a command in a unit's instances prints.
    func inside(_ unit: String, _ words: String...) async throws -> String {
        let result = try await run(Product.bcmcluster, ["unit", "exec", "-c", cluster, unit, "--"] + words)
        #expect(result.succeeded, "\(result.errors)")
        return result.output.trimmed
    }

    /// What a command that reads prints in a unit's instances, once it is enough.
    ///
    /// LXD loses what a command prints now and then, or never says that it has ended (canonical/lxd#11890: without an
    /// error, hard to reproduce), so it is asked again.
    func output(
        of words: [String], in unit: String, at location: SourceLocation, until isEnough: (String) -> Bool
    ) async throws -> String {
        let exec = ["unit", "exec", "-c", cluster, unit, "--timeout", "60s", "--"] + words
        var output = ""
        for attempt in 1...4 {
            let result = try await run(Product.bcmcluster, exec)
            if attempt < 4, result.errors.contains("took longer than its limit") { continue }
            #expect(result.succeeded, "\(result.errors)", sourceLocation: location)
            output = result.output
            if isEnough(output) { break }
        }
        return output
    }

    /// Requires that a command that reads prints that in a unit's instances.
    func expect(
        _ printed: String, by words: String..., in unit: String, at location: SourceLocation = #_sourceLocation
    ) async throws {
        let output = try await output(of: words, in: unit, at: location) { $0.trimmed == printed }
        #expect(output.trimmed == printed, sourceLocation: location)
    }

    /// Requires that the command is refused with that status, and that it says so.
    func refuses(
        _ arguments: String..., status: Int32 = 1, saying sentence: String,
        at location: SourceLocation = #_sourceLocation
    ) async throws {
        let result = try await run(Product.bcmcluster, arguments + ["-c", cluster])
        #expect(result.ending == .exited(status), "\(result.errors)", sourceLocation: location)
        #expect(result.errors.contains(sentence), "\(result.errors)", sourceLocation: location)
    }
}
