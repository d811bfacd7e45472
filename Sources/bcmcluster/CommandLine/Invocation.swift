import Provisioning

/// A command line, read and checked word by word against the table.
struct Invocation: Sendable {
    var verb: Verb
    var values: [Flag: String] = [:]
    var operands: [String] = []
    /// What stands behind `--`.
    var passedOn: [String] = []

    var isDryRun: Bool { values[.dryRun] != nil }
    var isJSON: Bool { values[.json] != nil }
    /// Whether standard output gets what happens as lines of JSON, and its result as the last of them.
    var streamsJSON: Bool {
        isJSON && !isDryRun && CommandTable.commands.first { $0.verb == verb }?.streams ?? false
    }

    /// Reads the words after the program's name; throws `Failure.badInput` for what the table does not have.
    init(_ words: [String]) throws {
        var words = words[...]
        if let first = words.first, first == "--version" {
            self.init(verb: .help)
            values[.version] = ""
            return
        }
        guard let first = words.first, !["--help", "-h"].contains(first) else {
            self.init(verb: .help)
            return
        }
        let specification = try Self.command(&words)
        self.init(verb: specification.verb)
        try readFlags(&words, specification)
        if values[.help] != nil {
            self.init(verb: .help)
            operands = specification.words
            passedOn = []
            return
        }
        try specification.check(operands, passedOn)
    }

    private init(verb: Verb) { self.verb = verb }

    /// The command whose words the line begins with; they are taken off it.
    private static func command(_ words: inout ArraySlice<String>) throws -> CommandSpecification {
        let commands = CommandTable.commands
        if let found = (commands + CommandTable.hidden).first(where: { words.starts(with: $0.words) }) {
            words = words.dropFirst(found.words.count)
            return found
        }
        let first = words.first ?? ""
        let group = commands.filter { $0.words.count > 1 && $0.words.first == first }
        if !group.isEmpty {
            let rest = words.dropFirst().first { !$0.hasPrefix("-") }
            let problem =
                rest.map { "unknown command \(first) \(Shell.quoted($0))" } ?? "\(first) needs a subcommand"
            throw Failure(
                .badInput, problem, hint: "try: \(group.map { "bcmcluster \($0.title)" }.joined(separator: ", "))")
        }
        let known = Set(commands.compactMap(\.words.first))
        throw Failure(
            .badInput, "unknown command \(Shell.quoted(first))",
            hint: Suggestion.nearest(to: first, in: known).map { "did you mean bcmcluster \($0)?" }
                ?? "try bcmcluster help")
    }

    private mutating func readFlags(_ words: inout ArraySlice<String>, _ specification: CommandSpecification) throws {
        while let word = words.popFirst() {
            if word == "--" && specification.passing != .nothing {
                passedOn = Array(words)
                words = []
                return
            }
            guard word.hasPrefix("-"), word != "-" else {
                operands.append(word)
                continue
            }
            let (name, inline) = Self.split(word)
            let flag = try Self.flag(name, specification)
            let value = try Self.value(of: flag, inline, &words)
            guard values[flag] == nil || flag.isRepeatable else {
                throw Failure(.badInput, "\(flag.long) is given twice")
            }
            values[flag] = values[flag].map { "\($0)\n\(value)" } ?? value
        }
    }

    private static func split(_ word: String) -> (name: String, inline: String?) {
        guard word.hasPrefix("--"), let equals = word.firstIndex(of: "=") else { return (word, nil) }
        return (String(word[..<equals]), String(word[word.index(after: equals)...]))
    }

    private static func flag(_ name: String, _ specification: CommandSpecification) throws -> Flag {
        let possible = specification.flags + [.help]
        if let flag = possible.first(where: { $0.long == name || $0.short == name }) { return flag }
        if let elsewhere = Flag.allCases.first(where: { $0.long == name || $0.short == name }) {
            throw Failure(
                .badInput, "unknown flag \(elsewhere.long) for \(specification.title)",
                hint: "try bcmcluster help \(specification.title)")
        }
        let near = Suggestion.nearest(to: name, in: Set(possible.map(\.long)))
        throw Failure(
            .badInput, "unknown flag \(Shell.quoted(name))",
            hint: near.map { "did you mean \($0)?" } ?? "try bcmcluster help \(specification.title)")
    }

    private static func value(of flag: Flag, _ inline: String?, _ words: inout ArraySlice<String>) throws -> String {
        guard let name = flag.value else {
            guard inline == nil else { throw Failure(.badInput, "\(flag.long) takes no value") }
            return ""
        }
        guard let value = inline ?? words.popFirst() else {
            throw Failure(.badInput, "\(flag.long) needs a value: \(flag.long) \(name)")
        }
        return value
    }
}
