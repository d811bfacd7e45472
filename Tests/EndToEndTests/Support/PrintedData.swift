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
        let isError = result.output.hasPrefix(#"{"error":"#)
        let name = isError ? "error" : words.contains("--dry-run") ? "plan" : command?.schema
        let schema = try Schema(try #require(name, "no schema is named for \(arguments)"))
        let complaints = schema.complaints(aboutText: result.output)
        #expect(complaints == [], "\(arguments): \(result.output) \(result.errors)")
    }
}
