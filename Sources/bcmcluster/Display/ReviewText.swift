import Provisioning

/// A dry run as text: a shell script to read, whose commands could be pasted one by one.
struct ReviewText {
    let review: PlanReview
    let headline: String
    let redactor: Redactor
    /// What becomes of each object, where the plan is about a unit.
    var changes: [String] = []

    var text: String {
        var lines = ["# \(headline)", "# Nothing has been changed. Words in < > are known only later."]
        lines += review.notes.map { "# Note: \($0)." }
        if !changes.isEmpty { lines += ["#"] + changes.map { "# \($0)" } }
        if review.items.isEmpty { lines.append("# There is nothing to do.") }
        for (number, item) in zip(1..., review.items) {
            let title = item.member.map { "\($0): \(item.title)" } ?? item.title
            lines += ["", "# \(number). \(title)\(item.isDone ? " (done already)" : "")"]
            if !item.isDone && item.actions.isEmpty { lines.append("# nothing to change") }
            lines += item.actions.flatMap(Self.lines)
        }
        return redactor.redact(lines.joined(separator: "\n")) + "\n"
    }

    private static func lines(_ action: RecordedAction) -> [String] {
        switch action {
        case .command(let command):
            let remark = command.effect == .awaits ? ["# its answer is needed; asked again until it comes"] : []
            return remark + document(command.pasteable, command.shownInput?.text ?? command.input)
        case .write(let path, let mode, let text):
            return document("install -m \(octal(mode)) /dev/stdin \(Shell.quoted(path))", text)
        case .makeFolder(let path, let mode): return ["install -d -m \(octal(mode)) \(Shell.quoted(path))"]
        case .remove(let path): return ["rm -r \(Shell.quoted(path))"]
        case .removeEmptyFolder(let path): return ["rmdir \(Shell.quoted(path))"]
        }
    }

    /// A command with its input as a here-document whose end no line of the input is.
    private static func document(_ command: String, _ input: String?) -> [String] {
        guard let input else { return [command] }
        let text = input.hasSuffix("\n") ? String(input.dropLast()) : input
        var end = "EOF"
        while "\n\(text)\n".contains("\n\(end)\n") { end += "_" }
        return ["\(command) <<'\(end)'", text, end]
    }

    private static func octal(_ mode: UInt32) -> String { "0" + String(mode, radix: 8) }
}
