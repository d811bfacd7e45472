import Provisioning

/// What could stand where the user presses the tabulator, from the same table as parser and help.
struct Completion {
    /// A word that is possible, and what it means.
    struct Candidate: Equatable {
        var word: String
        var summary: String
    }

    /// The clusters that there are.
    let clusters: () -> [String]
    /// The members of a cluster.
    let members: (String) -> [String]
    /// The snapshots of a cluster.
    let snapshots: (String) -> [String]
    /// The units of a cluster and their instances, such as `web` and `web/1`.
    var units: (String) -> [String] = { _ in [] }
    /// The hosts that the user has added.
    var hosts: () -> [String] = { [] }
    /// The cluster that the environment names.
    let defaultCluster: String?

    /// The candidates for the last of the words behind the program's name; none behind `--`.
    func candidates(_ words: [String]) -> [Candidate] {
        var words = Self.joined(words)
        var current = words.popLast() ?? ""
        if words.contains("--") { return [] }
        // zsh and fish take --cluster=DE for one word, and want it back as one.
        var beginning = ""
        if current.hasPrefix("--"), let equals = current.firstIndex(of: "=") {
            beginning = String(current[...equals])
            words.append(String(current[..<equals]))
            current = String(current[current.index(after: equals)...])
        }
        let fitting = possible(words, current, isValue: !beginning.isEmpty).filter { $0.word.hasPrefix(current) }
        return fitting.map { Candidate(word: beginning + $0.word, summary: $0.summary) }.sorted { $0.word < $1.word }
    }

    private func possible(_ words: [String], _ current: String, isValue: Bool) -> [Candidate] {
        let line = Line(words)
        if let flag = line.waiting { return values(of: flag) }
        if isValue { return [] }
        let flags = line.flags.filter { !line.given.contains($0) }
        let flagWords = flags.map { Candidate(word: $0.long, summary: line.command.map($0.summary(in:)) ?? $0.summary) }
        if current.hasPrefix("-") { return flagWords }
        guard let command = line.command else { return Self.commands(line.path) }
        let operands = operands(command, line)
        return operands.isEmpty && current.isEmpty ? flagWords : operands
    }

    /// The next word of the commands that begin so.
    private static func commands(_ words: [String]) -> [Candidate] {
        var seen: Set<String> = []
        return CommandTable.commands(below: words).compactMap { command in
            let word = command.words[words.count]
            guard seen.insert(word).inserted else { return nil }
            let isComplete = command.words.count == words.count + 1
            let below = CommandTable.commands(below: words + [word]).map { $0.words[words.count + 1] }
            return Candidate(word: word, summary: isComplete ? command.summary : below.joined(separator: ", "))
        }
    }

    private func values(of flag: Flag) -> [Candidate] {
        let words =
            switch flag {
            case .cluster: clusters()
            case .provider: ProviderName.allCases.map(\.rawValue)
            case .engine: Engine.all.map(\.name)
            case .storage: StorageDriver.allCases.map(\.rawValue)
            case .format: ReachFormat.allCases.map(\.rawValue)
            case .type: EngineEvent.Kind.allCases.map(\.rawValue)
            case .host: [HostName.local.text, VMPlacement.mostFree] + hosts()
            default: [String]()
            }
        return words.map { Candidate(word: $0, summary: flag.summary) }
    }

    private func operands(_ command: CommandSpecification, _ line: Line) -> [Candidate] {
        if command.verb == .help { return Self.commands(line.operands) }
        if command.takesClusterOperand {
            guard line.cluster == nil else { return [] }
            return clusters().map { Candidate(word: $0, summary: "a cluster") }
        }
        let place = min(line.operands.count, command.operands.count - 1)
        guard place >= 0 else { return [] }
        let operand = command.operands[place]
        guard operand.count == .any || place == line.operands.count else { return [] }
        // Where one is added it is a new name.
        if operand.name == "HOST", command.verb != .hostAdd {
            return hosts().map { Candidate(word: $0, summary: operand.summary) }
        }
        let known = command.onlyReads ? clusters() : []
        if let cluster = line.cluster ?? defaultCluster ?? (known.count == 1 ? known.first : nil) {
            switch (operand.name, operand.count) {
            case ("MEMBER", _):
                let all = members(cluster).filter { !line.operands.contains($0) }.map {
                    Candidate(word: $0, summary: "a member of \(cluster)")
                }
                return command.verb != .logs
                    ? all : all + units(cluster).map { Candidate(word: $0, summary: "on \(cluster)") }
            case ("SOURCE", _), ("TARGET", _):
                return members(cluster).map { Candidate(word: "\($0):", summary: "files of the member") }
                    + units(cluster).map { Candidate(word: "\($0):", summary: "files of what is on \(cluster)") }
            // Where it may be left out it is a new one's name.
            case ("SNAPSHOT", .one):
                return snapshots(cluster).map { Candidate(word: $0, summary: "a snapshot of \(cluster)") }
            case ("UNIT", _):
                return units(cluster).filter { !$0.contains("/") }.map {
                    Candidate(word: $0, summary: "a unit of \(cluster)")
                }
            case ("UNIT[/N]", _):
                return units(cluster).map { Candidate(word: $0, summary: "on \(cluster)") }
            default: break
            }
        }
        return operand.choices.map { Candidate(word: $0, summary: operand.summary) }
    }

    /// What stands on the line already.
    private struct Line {
        var command: CommandSpecification?
        var path: [String] = []
        var given: Set<Flag> = []
        var operands: [String] = []
        var cluster: String?
        /// The flag whose value is the word that is typed.
        var waiting: Flag?

        /// The flags that may stand here.
        var flags: [Flag] { command?.allFlags ?? Flag.anywhere }

        init(_ words: [String]) {
            for word in words {
                if let flag = waiting {
                    take(flag, word)
                } else if word.hasPrefix("-") {
                    if let flag = flags.first(where: { $0.long == word || $0.short == word }) {
                        given.insert(flag)
                        waiting = flag.value == nil ? nil : flag
                    } else if let flag = flags.first(where: { $0.short == String(word.prefix(2)) }), flag.value != nil {
                        given.insert(flag)
                        take(flag, String(word.dropFirst(2)))
                    }
                } else if command == nil {
                    path.append(CommandTable.word(word, after: path) ?? word)
                    command = CommandTable.commands.first { $0.words == path }
                } else {
                    operands.append(word)
                }
            }
            if command?.takesClusterOperand == true { cluster = cluster ?? operands.first }
        }

        private mutating func take(_ flag: Flag, _ value: String) {
            if flag == .cluster { cluster = value }
            waiting = nil
        }
    }

    /// The words as the user means them: bash hands `--cluster=DEV` over as three, others as one.
    private static func joined(_ words: [String]) -> [String] {
        var joined: [String] = []
        for (place, word) in words.enumerated() {
            if word == "=", joined.last?.hasPrefix("--") == true {
                if place == words.count - 1 { joined.append("") }
            } else if word.hasPrefix("--"), let equals = word.firstIndex(of: "="), place < words.count - 1 {
                joined += [String(word[..<equals]), String(word[word.index(after: equals)...])]
            } else {
                joined.append(word)
            }
        }
        return joined
    }
}
