import Provisioning

/// The help, made from the table that the parser uses.
enum Help {
    /// The help of one command, of those that begin with the words, or of all.
    static func text(for typed: [String]) throws -> String {
        if typed.isEmpty { return overview }
        var words: [String] = []
        for word in typed { words.append(CommandTable.word(word, after: words) ?? word) }
        if words.count == 1, CommandTable.families.contains(words[0]) { return text(ofFamily: words[0]) }
        guard let command = CommandTable.commands.first(where: { $0.words == words }) else {
            let known = Set(CommandTable.commands.map(\.title)).union(CommandTable.families)
            let asked = typed.joined(separator: " ")
            throw Failure(
                .badInput, "unknown command \(Shell.quoted(asked))",
                hint: Suggestion.nearest(to: asked, in: known).map { "did you mean bcmcluster help \($0)?" }
                    ?? "try bcmcluster help")
        }
        return text(of: command)
    }

    private static var overview: String {
        let width = CommandTable.commands.map(\.title.count).max()
        let groups = CommandGroup.allCases.map { group in
            "\(group.rawValue):\n\(table(group.commands.map { ($0.title, $0.summary) }, width: width))"
        }
        return """
            bcmcluster creates \(Engine.standard.title) clusters on one machine or many, and runs workloads on
            them.

            usage: bcmcluster COMMAND [FLAGS]
                   bcmcluster help COMMAND

            \(groups.joined(separator: "\n\n"))

            \(settings)

            exit status: \(wrapped(statuses, String(repeating: " ", count: 13)).replacing("\u{A0}", with: " "))

            try: bcmcluster up -c DEV -m 2 --dry-run

            """
    }

    private static func text(ofFamily word: String) -> String {
        """
        usage: bcmcluster \(word) COMMAND [FLAGS]

        \(table(CommandTable.commands(below: [word]).map { ($0.title, $0.summary) }))

        try: bcmcluster help \(CommandTable.commands(below: [word])[0].title)

        """
    }

    /// The environment variables that every command heeds, and what they are.
    static let variables = [
        ("BCM_CLUSTER_NAME", "default of --cluster"),
        ("BCM_PROVIDER_NAME, BCM_ENGINE", "defaults of --provider and --engine"),
        ("BCM_RUNTIME_DIR", "folder of all state; default ~/.bcm"),
    ]

    /// The exit statuses and their meanings.
    static let exitStatuses = [
        ("0", "done"), ("1", "failed"), ("2", "wrong usage"), ("3", "prerequisite missing"),
        ("4", "partly done or unreachable"), ("5", "not found"), ("6", "cluster is changing"),
        ("129, 130, 143", "interrupted by HUP, INT, TERM"),
    ]

    private static var settings: String {
        "settings, by precedence: flag, then environment, then .env, then template\n" + table(variables, width: 36)
    }

    /// They in one line, which breaks between two of them alone.
    private static var statuses: String {
        exitStatuses.map { "\($0) \($1)".replacing(" ", with: "\u{A0}") }.joined(separator: "; ")
    }

    private static func text(of command: CommandSpecification) -> String {
        let rows = command.allFlags.map { flag in
            let names = [flag.short, flag.long].compactMap { $0 }.joined(separator: ", ")
            return (names + (flag.value.map { " \($0)" } ?? ""), flag.summary(in: command))
        }
        let settings = command.flags.contains(.provider) ? Self.settings : ""
        let lines = command.examples.map { "  \($0)" }.joined(separator: "\n")
        let examples = lines.isEmpty ? "" : "examples:\n\(lines)"
        let synonyms = command.synonyms.isEmpty ? "" : "synonyms: \(command.synonyms.joined(separator: ", "))"
        return [
            "usage: \(command.usage)", command.sentence, command.details, table(command.operandRows), table(rows),
            synonyms,
            examples, settings,
        ]
        .filter { !$0.isEmpty }.joined(separator: "\n\n") + "\n"
    }

    /// The words in lines of at most 80 columns, all of which begin behind the indent.
    private static func wrapped(_ text: String, _ indent: String) -> String {
        lines(of: text.split(separator: " ").map(String.init), atMost: 80 - indent.count).joined(
            separator: "\n\(indent)")
    }

    /// The words in as few lines as hold them; a word that is longer than a line has one of its own.
    static func lines(of words: [String], atMost width: Int) -> [String] {
        words.reduce(into: []) { lines, word in
            if let last = lines.last, last.count + 1 + word.count <= width {
                lines[lines.count - 1] = "\(last) \(word)"
            } else {
                lines.append(word)
            }
        }
    }

    private static func table(_ rows: [(String, String)], width: Int? = nil) -> String {
        let width = width ?? rows.map(\.0.count).max() ?? 0
        let indent = String(repeating: " ", count: width + 4)
        return rows.map { "  " + $0.padded(to: width) + "  " + wrapped($1, indent) }.joined(separator: "\n")
    }
}
