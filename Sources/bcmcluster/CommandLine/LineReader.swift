import Provisioning

/// Reads a command line word by word: flags before and behind the command, its words, and its operands.
struct LineReader {
    /// A word behind the command that is no flag, and its place in the line.
    struct Word {
        var text: String
        var place: Int
    }

    private let words: [String]
    private var place = 0
    private var areFlagsOver = false
    private(set) var values: [Flag: String] = [:]
    private(set) var operands: [Word] = []
    /// What stands behind the `--` of a command that passes it on.
    private(set) var passedOn: [String]?
    /// The words of the command, as the table has them; of one that is not complete those that are there.
    private(set) var path: [String] = []

    init(_ words: [String]) { self.words = words }

    /// Reads up to the end of the command's words; `nil` where the line ends before.
    mutating func command() throws -> CommandSpecification? {
        while place < words.count {
            let word = words[place]
            if isFlag(word) {
                try readFlag(Flag.anywhere, of: nil)
            } else if word == "--", !areFlagsOver {
                areFlagsOver = true
                place += 1
            } else {
                guard let next = CommandTable.word(word, after: path) else {
                    throw CommandTable.unknown(word, after: path)
                }
                path.append(next)
                place += 1
                let all = CommandTable.commands + CommandTable.hidden
                if let found = all.first(where: { $0.words == path }) { return found }
            }
        }
        return nil
    }

    /// Reads what stands behind the command.
    mutating func rest(_ command: CommandSpecification) throws {
        let flags = command.allFlags
        if let early = values.keys.first(where: { !flags.contains($0) }) {
            throw Self.unknown(early.long, flags, of: command)
        }
        while place < words.count {
            let word = words[place]
            if word == "--", command.passing != .nothing {
                passedOn = Array(words[(place + 1)...])
                return
            } else if word == "--", !areFlagsOver {
                areFlagsOver = true
                place += 1
            } else if isFlag(word) {
                do { try readFlag(flags, of: command) } catch {
                    if command.passing == .command { throw dashesMissing(command) ?? error }
                    throw error
                }
            } else {
                operands.append(Word(text: word, place: place))
                place += 1
            }
        }
        if command.passing == .command, values[.help] == nil, let failure = dashesMissing(command) { throw failure }
    }

    private func isFlag(_ word: String) -> Bool { !areFlagsOver && word.hasPrefix("-") && word != "-" && word != "--" }

    private mutating func readFlag(_ flags: [Flag], of command: CommandSpecification?) throws {
        let word = words[place]
        place += 1
        if word.hasPrefix("--") {
            let parts = word.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false).map(String.init)
            guard let flag = flags.first(where: { $0.long == parts[0] }) else {
                throw Self.unknown(parts[0], flags, of: command)
            }
            return try take(flag, parts.count > 1 ? parts[1] : nil)
        }
        // A long flag with one dash, as other tools have it, is not a short one with the rest as its value.
        let name = "-" + word.prefix { $0 != "=" }
        if name.count > 3, flags.contains(where: { $0.long == name }) { throw Self.unknown(word, flags, of: command) }
        var rest = word.dropFirst()
        while let letter = rest.popFirst() {
            guard let flag = flags.first(where: { $0.short == "-\(letter)" }) else {
                throw Self.unknown(rest.count + 2 == word.count ? word : "-\(letter)", flags, of: command)
            }
            if flag.value != nil {
                return try take(flag, rest.isEmpty ? nil : String(rest.first == "=" ? rest.dropFirst() : rest))
            }
            try take(flag, rest.first == "=" ? "" : nil)
        }
    }

    /// Notes the flag with the value that was attached, or else with the next word.
    private mutating func take(_ flag: Flag, _ attached: String?) throws {
        guard let name = flag.value else {
            guard attached == nil else { throw Failure(.badInput, "\(flag.long) takes no value") }
            values[flag] = ""
            return
        }
        guard let value = attached ?? (place < words.count ? words[place] : nil) else {
            throw Failure(.badInput, "\(flag.long) needs a value: \(flag.long) \(name)")
        }
        if attached == nil { place += 1 }
        guard values[flag] == nil || flag.isRepeatable else {
            throw Failure(.badInput, "\(flag.long) is given twice")
        }
        values[flag] = values[flag].map { "\($0)\n\(value)" } ?? value
    }

    private static func unknown(_ name: String, _ flags: [Flag], of command: CommandSpecification?) -> Failure {
        let help = "try bcmcluster help" + (command.map { " \($0.title)" } ?? "")
        let meant = Flag.meant(by: name, among: flags)
        if let elsewhere = Flag.allCases.first(where: { $0.long == name || $0.short == name }) {
            guard let command else {
                return Failure(
                    .badInput, "\(name) stands before the command",
                    hint: "write it behind the command: bcmcluster COMMAND \(name)")
            }
            return Failure(
                .badInput, "unknown flag \(elsewhere.long) for \(command.title)",
                hint: meant.map { "did you mean \($0.long)?" } ?? help)
        }
        return Failure(
            .badInput, "unknown flag \(Shell.quoted(name))", hint: meant.map { "did you mean \($0.long)?" } ?? help)
    }

    /// The failure of a line that has the user's own command without `--` before it; the hint is that line, corrected.
    private func dashesMissing(_ command: CommandSpecification) -> Failure? {
        let targets: Int
        if command.operands.contains(where: { $0.count == .any }) {
            targets = operands.prefix { (try? MemberName(coded: $0.text)) != nil }.count
        } else {
            targets = command.operands.count
        }
        guard operands.count > targets else { return nil }
        let start = operands[targets].place
        let line = ["bcmcluster"] + words[..<start] + ["--"] + words[start...]
        return Failure(
            .badInput, "\(command.title) needs -- before the command",
            hint: line.map(Shell.quoted).joined(separator: " "))
    }
}
