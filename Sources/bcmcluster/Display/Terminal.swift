import Provisioning

/// Where a person reads: progress and messages on standard error, results on standard output.
struct Terminal: Sendable {
    /// Whether progress may move the cursor and use colours.
    let isLive: Bool
    /// Whether colours are wanted.
    let hasColours: Bool
    /// Whether results may move the cursor.
    let canRedraw: Bool
    /// Whether results may have colours.
    let hasColouredResults: Bool
    /// Whether a person can answer a question.
    let canAsk: Bool
    /// Whether what runs in our place has a person at its input and at its output.
    let isInteractive: Bool

    /// Looks at the descriptors and the environment: `NO_COLOR` and `TERM=dumb` are honoured.
    init(
        isJSON: Bool, environment: (String) -> String?, isTerminal: (Int32) -> Bool = SystemCalls.isTerminal
    ) {
        isLive = isTerminal(2) && environment("TERM") ?? "dumb" != "dumb" && !isJSON
        hasColours = isLive && environment("NO_COLOR") == nil
        canRedraw = isTerminal(1) && environment("TERM") ?? "dumb" != "dumb" && !isJSON
        hasColouredResults = canRedraw && environment("NO_COLOR") == nil
        canAsk = isTerminal(0) && isTerminal(2)
        isInteractive = isTerminal(0) && isTerminal(1)
    }

    /// Writes to standard output.
    func result(_ text: String) { SystemCalls.write(text, to: 1) }

    /// Writes a line to standard error.
    func say(_ line: String) { SystemCalls.write(line + "\n", to: 2) }

    /// Writes a question that is answered by yes or no; no is the default.
    func ask(_ question: String) { SystemCalls.write("\(question) [y/N] ", to: 2) }

    /// Reads the answer to a question.
    func readsYes() -> Bool {
        let answer = readLine()?.trimmed.lowercased()
        return answer == "y" || answer == "yes"
    }

    /// Says what failed, what was run, what it printed, and what to do.
    func say(_ failure: Failure) {
        say("\(mark(.failed)) \(failure.message)")
        if let command = failure.command { say("  command: \(command)") }
        for line in (failure.output ?? "").split(separator: "\n") { say("  | \(line)") }
        if let log = failure.log {
            say("  the last lines of \(log.member)'s \(log.path):")
            for line in log.lines { say("  | \(line)") }
        }
        if let remedy = failure.remedy { say("  what to do: \(remedy)") }
    }

    /// How something stands.
    enum Mark { case done, failed, running, waiting }

    /// The sign of how something stands, coloured where that is wanted.
    func mark(_ mark: Mark, onResults: Bool = false) -> String {
        let (text, code) =
            switch mark {
            case .done: ("✓", "32")
            case .failed: ("✗", "31")
            case .running: ("•", "36")
            case .waiting: ("·", "2")
            }
        let isColoured = onResults ? hasColouredResults : hasColours
        return isColoured ? "\u{1b}[\(code)m\(text)\u{1b}[0m" : text
    }
}
