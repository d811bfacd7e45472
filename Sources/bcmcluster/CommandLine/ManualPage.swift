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

    private static let origin = "<!-- Made from the table of commands by `make docs`: change it there. -->"

    private static var index: String {
        let rows = CommandTable.commands.map { ["[`\($0.title)`](\(name(of: $0)))", $0.summary] }
        return """
            \(origin)
            # The commands of bcmcluster

            \(table(["command", "what it does"], rows))

            What a command prints with `--json` has a `version`, and its form stands in [`schema/`](schema) for those whose
            page says so.

            """
    }

    private static func text(of command: CommandSpecification) -> String {
        var parts = [
            "\(origin)\n# bcmcluster \(command.title)", sentence(command.summary), code([command.usage]),
            command.details,
        ]
        let passed =
            command.passing == .command ? [["`-- CMD…`", "the command to run, with its own flags and words"]] : []
        let operands = command.operands.map { ["`\($0.shape)`", $0.summary] } + passed
        if !operands.isEmpty { parts.append("## Operands\n\n" + table(["operand", "what it means"], operands)) }
        let flags = (command.flags + [.help]).map { flag in
            let names = [flag.short, flag.long].compactMap { $0 }.map { "`\($0)\(flag.value.map { " \($0)" } ?? "")`" }
            return [names.joined(separator: ", "), flag.summary]
        }
        parts.append("## Flags\n\n" + table(["flag", "what it means"], flags))
        if !command.examples.isEmpty { parts.append("## Examples\n\n" + code(command.examples)) }
        if let schema = command.schema {
            parts.append("What it prints with `--json` keeps to [schema/\(schema).json](schema/\(schema).json).")
        }
        parts.append("[All commands](README.md)")
        return parts.filter { !$0.isEmpty }.joined(separator: "\n\n") + "\n"
    }

    private static func sentence(_ text: String) -> String { text.prefix(1).uppercased() + text.dropFirst() + "." }

    private static func code(_ lines: [String]) -> String { lines.map { "    \($0)" }.joined(separator: "\n") }

    private static func table(_ head: [String], _ rows: [[String]]) -> String {
        let lines = [head, head.map { _ in "---" }] + rows.map { $0.map { $0.replacing("|", with: "\\|") } }
        return lines.map { "| \($0.joined(separator: " | ")) |" }.joined(separator: "\n")
    }
}
