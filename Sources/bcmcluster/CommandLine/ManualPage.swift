/// The manual in `docs/`: a page for each command and an index, made from the table that parser and help use.
enum ManualPage {
    /// The pages by the names of their files.
    static var all: [String: String] {
        var pages = Dictionary(uniqueKeysWithValues: CommandTable.commands.map { (name(of: $0), text(of: $0)) })
        pages["README.md"] = index
        return pages
    }

    private static func name(of command: CommandSpecification) -> String {
        "\(command.words.joined(separator: "-")).md"
    }

    /// The first line of each page; a page without it is written by hand.
    static let origin = "<!-- Generated from the table of commands by `make docs`: change it there. -->"

    private static var index: String {
        let rows = CommandTable.commands.map { ["[`\($0.title)`](\(name(of: $0)))", $0.summary] }
        return """
            \(origin)
            # The commands of bcmcluster

            \(table(["command", "description"], rows))

            The JSON output of a command has a `schemaVersion`, and follows the schema in [`schema/`](schema) that its page names.
            The version is raised by incompatible changes. Progress and messages go to standard error, results to standard
            output. A command that runs a plan prints one JSON object per line there, for each event as it happens, and the
            result as the last of them.

            """
    }

    private static func text(of command: CommandSpecification) -> String {
        var parts = [
            "\(origin)\n# bcmcluster \(command.title)", command.sentence, code([command.usage]),
            command.details,
        ]
        let passed =
            command.passing == .command ? [["`-- CMD…`", "the command to run, with its arguments"]] : []
        let operands = command.operands.map { ["`\($0.shape)`", $0.summary] } + passed
        if !operands.isEmpty { parts.append("## Operands\n\n" + table(["operand", "description"], operands)) }
        let flags = (command.flags + [.help]).map { flag in
            let names = [flag.short, flag.long].compactMap { $0 }.map { "`\($0)\(flag.value.map { " \($0)" } ?? "")`" }
            return [names.joined(separator: ", "), flag.summary(in: command)]
        }
        parts.append("## Flags\n\n" + table(["flag", "description"], flags))
        if !command.examples.isEmpty { parts.append("## Examples\n\n" + code(command.examples)) }
        parts.append(data(of: command))
        parts.append("[All commands](README.md)")
        return parts.filter { !$0.isEmpty }.joined(separator: "\n\n") + "\n"
    }

    /// Which schemas hold for what it prints as data.
    private static func data(of command: CommandSpecification) -> String {
        guard let schema = command.schema else { return "" }
        var rows =
            command.streams
            ? [["`--json`, one line per event", "progress"], ["`--json`, the last line", schema]]
            : [["`--json`", schema]]
        if command.flags.contains(.dryRun) { rows.append(["`--dry-run --json`", "plan"]) }
        if command.flags.contains(.timeline) { rows.append(["`--timeline FILE.json`", "timeline"]) }
        rows.append(["`--json`, if it fails: one line", "error"])
        return "## Data\n\n"
            + table(["output of", "schema"], rows.map { [$0[0], link($0[1])] })
    }

    private static func link(_ schema: String) -> String { "[schema/\(schema).json](schema/\(schema).json)" }

    private static func code(_ lines: [String]) -> String { lines.map { "    \($0)" }.joined(separator: "\n") }

    private static func table(_ head: [String], _ rows: [[String]]) -> String {
        let lines = [head, head.map { _ in "---" }] + rows.map { $0.map { $0.replacing("|", with: "\\|") } }
        return lines.map { "| \($0.joined(separator: " | ")) |" }.joined(separator: "\n")
    }
}
