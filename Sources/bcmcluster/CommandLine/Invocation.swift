import Provisioning

/// A command line, read and checked word by word against the table.
struct Invocation: Sendable {
    var verb: Verb
    var values: [Flag: String] = [:]
    var operands: [String] = []
    /// What stands behind `--`.
    var passedOn: [String] = []
    /// Whether the command changes nothing, so that the only cluster that there is need not be named.
    var onlyReads = false

    var isDryRun: Bool { values[.dryRun] != nil }
    var isJSON: Bool { values[.json] != nil }
    var isQuiet: Bool { values[.quiet] != nil }
    var isVerbose: Bool { values[.verbose] != nil }
    /// Whether standard output gets what happens as lines of JSON, and its result as the last of them.
    var streamsJSON: Bool {
        isJSON && !isDryRun && CommandTable.commands.first { $0.verb == verb }?.streams ?? false
    }

    /// Reads the words after the program's name; throws `Failure.badInput` for what the table does not have.
    init(_ words: [String]) throws {
        self.init(verb: .help)
        var reader = LineReader(words)
        let command = try reader.command()
        // As most programs have it, also where it is all that is asked.
        if reader.values[.version] != nil || words == [Flag.verbose.short] {
            values[.version] = ""
            return
        }
        guard let command else {
            guard reader.values.keys.allSatisfy({ $0 == .help }) else { throw Self.noCommand(reader.path) }
            operands = reader.path
            return
        }
        try reader.rest(command)
        guard reader.values[.help] == nil else {
            operands = command.words
            return
        }
        verb = command.verb
        onlyReads = command.onlyReads
        values = reader.values
        operands = reader.operands.map(\.text)
        passedOn = reader.passedOn ?? []
        if isQuiet, isVerbose { throw Failure(.badInput, "--quiet and --verbose exclude each other") }
        try takeCluster(command)
        try command.check(operands, passedOn)
    }

    private init(verb: Verb) { self.verb = verb }

    /// Takes the cluster from where the first operand is one.
    private mutating func takeCluster(_ command: CommandSpecification) throws {
        guard command.takesClusterOperand, let name = operands.first else { return }
        if let word = operands.first(where: { Flag.meant(by: $0, among: command.flags) != nil }),
            operands.count > 1 || values[.cluster] != nil, let flag = Flag.meant(by: word, among: command.flags)
        {
            throw Failure(
                .badInput, "\(command.title): unexpected argument \(Shell.quoted(word))",
                hint: "did you mean \(flag.long)?")
        }
        if let given = values[.cluster], given != name {
            throw Failure(
                .badInput,
                "\(command.title): two clusters specified: \(Shell.quoted(given.clipped)) and \(Shell.quoted(name.clipped))",
                hint: "use -c NAME or the operand, not both")
        }
        values[.cluster] = name
        operands.removeFirst()
    }

    private static func noCommand(_ path: [String]) -> Failure {
        guard let family = path.first else {
            return Failure(.badInput, "no command specified", hint: "try bcmcluster help")
        }
        let below = CommandTable.commands(below: path).map { "bcmcluster \($0.title)" }
        return Failure(.badInput, "\(family) needs a subcommand", hint: "try: \(below.joined(separator: ", "))")
    }
}
