import Provisioning

/// What became of a command on all members, as data.
struct ExecResult: Encodable {
    var schemaVersion = JSONForm.version
    var cluster: String
    var members: [ExecOutcome]
}

/// What became of a command on one member, or in one instance.
struct ExecOutcome: Encodable, Equatable {
    /// The status that stands for a member that is unreachable.
    static let unreachable: Int32 = 4

    var member: String
    var exitCode: Int32
    var stdout: String
    var stderr: String
    /// Whether it printed more than is kept.
    var truncated = false
    /// The kind of failure, where it could not be run.
    var code: String?
    /// Why it could not be run, where it could not.
    var message: String?
    var hint: String?

    init(_ result: PlaceResult) {
        switch result.result {
        case .success(let answer): self.init(result.place, answer)
        case .failure(let failure): self.init(result.place, failure)
        }
    }

    /// The outcome of a command that ran.
    init(_ member: String, _ result: CommandResult) {
        self.member = member
        exitCode = result.shellStatus
        stdout = result.output
        stderr = result.errors
        truncated = max(stdout.utf8.count, stderr.utf8.count) >= LocalRunner.mostKept
    }

    /// The outcome where the command could not be run, or not to its end.
    init(_ member: String, _ failure: Failure) {
        self.member = member
        exitCode = failure.code == .timedOut ? failure.exitStatus : Self.unreachable
        stdout = ""
        stderr = failure.output ?? ""
        code = failure.code.rawValue
        message = failure.message
        hint = failure.hint
    }

    /// Shows what it printed, each line behind the member's name.
    func show(on terminal: Terminal) {
        terminal.result(Self.prefixed(stdout, by: member))
        for line in Self.lines(of: stderr) { terminal.quote("\(member): \(line)") }
        if let trouble = message ?? (truncated ? "output truncated" : nil) {
            terminal.say("\(terminal.mark(.failed)) \(member): \(trouble)")
        } else if exitCode != 0 {
            terminal.say("\(member): exited with status \(exitCode)")
        }
    }

    /// The text with the name before every line; what ends without a line's end gets one.
    static func prefixed(_ text: String, by name: String) -> String {
        lines(of: text).map { "\(name): \($0)\n" }.joined()
    }

    /// The lines; a line ends at a line feed and nowhere else.
    private static func lines(of text: String) -> [Substring] {
        let lines = text.utf8.split(separator: UInt8(ascii: "\n"), omittingEmptySubsequences: false).map(Substring.init)
        return lines.last?.isEmpty ?? true ? lines.dropLast() : lines
    }
}
