import Foundation
import Provisioning
import Schemas
import Testing

@testable import bcmcluster

/// What the tool prints with `--json`, in whatever test: held to the schema that its page in `docs/` names.
enum PrintedData {
    /// Complains where the output is not what the schema says; without `--json` nothing is looked at.
    static func expectSchema(of result: CommandResult, _ arguments: [String]) throws {
        let words = arguments.prefix { $0 != "--" }
        guard words.contains("--json"), case .exited = result.ending else { return }
        let command = CommandTable.commands.first { words.starts(with: $0.words) }
        if command?.streams ?? false, !words.contains("--dry-run") { return try expectLines(of: result, arguments) }
        let isError = result.output.hasPrefix(#"{"error":"#)
        let name = isError ? "error" : words.contains("--dry-run") ? "plan" : command?.schema
        let schema = try Schema(try #require(name, "no schema is named for \(arguments)"))
        let complaints = schema.complaints(aboutText: result.output)
        #expect(complaints == [], "\(arguments): \(result.output) \(result.errors)")
    }

    /// Each line is an event, and the last one says how it ended.
    private static func expectLines(of result: CommandResult, _ arguments: [String]) throws {
        let schema = try Schema("progress")
        let lines = result.output.split(separator: "\n").map(String.init)
        for line in lines {
            #expect(schema.complaints(aboutText: line) == [], "\(arguments): \(line)")
        }
        struct Line: Decodable {
            var type: String
            var exitCode: Int32?
        }
        let types = try lines.map { try JSONDecoder().decode(Line.self, from: Data($0.utf8)) }
        let last = try #require(types.last, "\(arguments): \(result.errors)")
        #expect(["result", "error"].contains(last.type), "\(arguments): \(result.output)")
        #expect(types.dropLast().allSatisfy { !["result", "error"].contains($0.type) }, "\(arguments)")
        #expect(last.exitCode.map { result.ending == .exited($0) } ?? false, "\(arguments): \(result.output)")
    }
}

extension CommandResult {
    /// The last line of what a command streams as JSON: its result.
    var lastLine: String { output.split(separator: "\n").last.map(String.init) ?? "" }
}
