import Provisioning

/// A word, or several, behind a command's flags.
struct Operand: Sendable {
    /// How many there may be.
    enum Count: Sendable { case one, optional, any }

    /// What stands for it in the help.
    let name: String
    let count: Count
    let summary: String
    /// The words that are possible, where not all are.
    let choices: [String]

    init(_ name: String, _ count: Count, _ summary: String, choices: [String] = []) {
        self.name = name
        self.count = count
        self.summary = summary
        self.choices = choices
    }

    /// How it stands in a usage line.
    var shape: String {
        switch count {
        case .one: name
        case .optional: "[\(name)]"
        case .any: "[\(name)…]"
        }
    }

    /// Throws where the word is not one of those that are possible.
    fileprivate func check(_ word: String, of title: String) throws {
        guard !choices.isEmpty, !choices.contains(word) else { return }
        throw Failure(
            .badInput, "\(title): \(Shell.quoted(word)) is not one of \(choices.joined(separator: ", "))",
            hint: Suggestion.nearest(to: word, in: Set(choices)).map { "did you mean \($0)?" }
                ?? "try bcmcluster help \(title)")
    }
}

extension CommandSpecification {
    /// Throws `Failure.badInput` where words are missing, too many, or not possible.
    func check(_ words: [String], _ passedOn: [String]) throws {
        let help = "try bcmcluster help \(title)"
        var rest = words[...]
        for operand in operands {
            if operand.count == .one && rest.isEmpty {
                let possible = operand.choices.isEmpty ? "" : ": \(operand.choices.joined(separator: ", "))"
                throw Failure(.badInput, "\(title) needs \(operand.name)\(possible)", hint: help)
            }
            let taken = rest.prefix(operand.count == .any ? rest.count : 1)
            for word in taken { try operand.check(word, of: title) }
            rest = rest.dropFirst(taken.count)
        }
        if let word = rest.first {
            let last = allOperands.last.map { " after \($0.name)" } ?? ""
            throw Failure(
                .badInput, "\(title): unexpected argument \(Shell.quoted(word))\(last)",
                hint: Flag.meant(by: word, among: flags).map { "did you mean \($0.long)?" } ?? help)
        }
        guard passing == .command else { return }
        let example = examples.first ?? help
        guard let program = passedOn.first, !program.isEmpty else {
            throw Failure(.badInput, "\(title) needs a command after --", hint: example)
        }
        // The programs that lead into a machine would take it for one of their own flags.
        guard !program.hasPrefix("-"), !program.contains("=") else {
            throw Failure(
                .badInput, "\(title): \(Shell.quoted(program.clipped)) is not the name of a program", hint: example)
        }
    }
}
