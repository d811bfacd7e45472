import Provisioning

/// The help, made from the table that the parser uses.
enum Help {
    /// The help of one command, or of all.
    static func text(for words: [String]) throws -> String {
        if words.isEmpty { return overview }
        guard let command = CommandTable.commands.first(where: { $0.words == words }) else {
            let known = Set(CommandTable.commands.map(\.title))
            let asked = words.joined(separator: " ")
            throw Failure(
                .badInput, "there is no command \(Shell.quoted(asked))",
                hint: Suggestion.nearest(to: asked, in: known).map { "did you mean bcmcluster help \($0)?" }
                    ?? "try bcmcluster help")
        }
        return text(of: command)
    }

    private static var overview: String {
        let rows = CommandTable.commands.map { ($0.title, $0.summary) }
        return """
            bcmcluster turns one machine, or many, into a working \(Engine.standard.title) cluster, runs things on it, and takes it down again.

            usage: bcmcluster COMMAND [FLAGS]

            \(table(rows))

            \(settings)

            exit status: 0 done; 1 failed; 2 wrong usage; 3 something needed is missing; 4 partly;
                         129, 130, 143 interrupted by HUP, INT, TERM

            try: bcmcluster up -c DEV -m 2 --dry-run

            """
    }

    private static let settings = """
        settings are looked for in this order: flag, then .env, then environment, then template.
          BCM_CLUSTER_NAME, BCM_PROVIDER_NAME   defaults of --cluster and --provider
          BCM_RUNTIME_DIR                       where everything is kept; default ~/.bcm
        """

    private static func text(of command: CommandSpecification) -> String {
        let rows = (command.flags + [.help]).map { flag in
            let names = [flag.short, flag.long].compactMap { $0 }.joined(separator: ", ")
            return (names + (flag.value.map { " \($0)" } ?? ""), flag.summary)
        }
        let operands =
            command.operands.map { ($0.shape, $0.summary) }
            + (command.passing == .command ? [("-- CMD…", "the command to run, with its own flags and words")] : [])
        let settings = command.flags.contains(.provider) ? Self.settings : ""
        let lines = command.examples.map { "  \($0)" }.joined(separator: "\n")
        let examples = lines.isEmpty ? "" : "examples:\n\(lines)"
        return [
            "usage: \(command.usage)", command.sentence, command.details, table(operands), table(rows), examples,
            settings,
        ]
        .filter { !$0.isEmpty }.joined(separator: "\n\n") + "\n"
    }

    private static func table(_ rows: [(String, String)]) -> String {
        let width = rows.map(\.0.count).max() ?? 0
        return rows.map { "  " + $0.padded(to: width) + "  " + $1 }.joined(separator: "\n")
    }
}
