import Provisioning

/// Where the user reads: progress and messages on standard error, results on standard output.
struct Terminal: Sendable {
    /// Whether progress may move the cursor and use colours.
    let isLive: Bool
    /// Whether colours are wanted.
    let hasColours: Bool
    /// Whether results may move the cursor.
    let canRedraw: Bool
    /// Whether results may have colours.
    let hasColouredResults: Bool
    /// Whether results go to a terminal.
    let showsResults: Bool
    /// Whether the user can answer a question.
    let canAsk: Bool
    /// Whether what runs in our place has the user at its input and at its output.
    let isInteractive: Bool
    /// Whether progress and notes are left out.
    let isQuiet: Bool

    /// Looks at the descriptors and the environment: `NO_COLOR` and `TERM=dumb` are honoured.
    init(
        isJSON: Bool, isQuiet: Bool = false, isVerbose: Bool = false, environment: (String) -> String?,
        isTerminal: (Int32) -> Bool = SystemCalls.isTerminal
    ) {
        self.isQuiet = isQuiet
        let hasCursor = isTerminal(2) && environment("TERM") ?? "dumb" != "dumb" && !isJSON
        // Commands that are shown while they run stand line by line.
        isLive = hasCursor && !isVerbose
        hasColours = hasCursor && environment("NO_COLOR") == nil
        canRedraw = isTerminal(1) && environment("TERM") ?? "dumb" != "dumb" && !isJSON
        hasColouredResults = canRedraw && environment("NO_COLOR") == nil
        showsResults = isTerminal(1)
        canAsk = isTerminal(0) && isTerminal(2)
        isInteractive = isTerminal(0) && isTerminal(1)
    }

    /// Writes to standard output; what a terminal would obey of it stays where that is none.
    func result(_ text: String) { SystemCalls.write(shown(text), to: 1) }

    /// The text as it is written to standard output.
    func shown(_ text: String) -> String { showsResults ? text.printable : text }

    /// Writes to standard output what moves the cursor of a terminal.
    func draw(_ text: String) { SystemCalls.write(text, to: 1) }

    /// Writes a line to standard error; on a terminal, lines of its width.
    func say(_ line: String) {
        let lines = SystemCalls.terminalWidth(2).map { line.printable.filled(to: $0) } ?? [line.printable]
        SystemCalls.write(lines.map { $0 + "\n" }.joined(), to: 2)
    }

    /// Writes a line that is not a result, nor an error: progress, or advice.
    func note(_ line: String) { if !isQuiet { say(line) } }

    /// Writes a line to standard error as it is, to be copied from there.
    func quote(_ line: String) { SystemCalls.write(line.printable + "\n", to: 2) }

    /// Writes a question that is answered by yes or no; no is the default.
    func ask(_ question: String) { SystemCalls.write("\(question.printable) [y/N] ", to: 2) }

    /// Reads the answer to a question.
    func readsYes() -> Bool {
        let answer = readLine()?.trimmed.lowercased()
        return answer == "y" || answer == "yes"
    }

    /// Prints the error, the command with its output, and the hint.
    func say(_ failure: Failure) {
        say("\(hasColours ? "\(Mark.failed.colour)error:\(Self.plain)" : "error:") \(failure.message)")
        if let command = failure.command { quote("  command: \(command)") }
        for line in (failure.output ?? "").split(separator: "\n") { quote("  | \(line)") }
        if let log = failure.log {
            say("  the last lines of \(log.member)'s \(log.path):")
            for line in log.lines { quote("  | \(line)") }
        }
        if let hint = failure.hint { say("hint: \(hint)") }
    }

    /// How something stands.
    enum Mark: CaseIterable {
        case done, failed, running, waiting

        /// The sequence that begins its colour.
        fileprivate var colour: String {
            switch self {
            case .done: "\u{1b}[32m"
            case .failed: "\u{1b}[31m"
            case .running: "\u{1b}[36m"
            case .waiting: "\u{1b}[2m"
            }
        }
    }

    /// The sign of how something stands, coloured where that is wanted.
    func mark(_ mark: Mark, onResults: Bool = false) -> String {
        let text =
            switch mark {
            case .done: "✓"
            case .failed: "✗"
            case .running: "•"
            case .waiting: "·"
            }
        let isColoured = onResults ? hasColouredResults : hasColours
        return isColoured ? "\(mark.colour)\(text)\(Self.plain)" : text
    }

    /// A name before a result's line, coloured where results have colours; those of neighbouring numbers differ.
    func label(_ name: String, number: Int) -> String {
        guard hasColouredResults else { return name }
        let colours = [Mark.running.colour, Mark.done.colour]
        return "\(colours[number % colours.count])\(name)\(Self.plain)"
    }

    /// The sequence that ends a colour.
    private static let plain = "\u{1b}[0m"
    /// All sequences of the marks.
    static let colours = Set(Mark.allCases.map(\.colour) + [plain])
}

extension Terminal {
    /// Writes a value to standard output, on one line.
    func line(_ value: some Encodable) {
        // What is made of texts and finite numbers can always be written.
        if let text = try? JSONText.text(value, isCompact: true) { result(text) }
    }
}
