import Provisioning

/// What became of a command on all members, as data; `version` is raised when the form changes so that a reader would
/// notice.
struct ExecResult: Encodable {
    var version = 1
    var cluster: String
    var members: [ExecOutcome]
}

/// What became of a command on one member, or in one instance.
struct ExecOutcome: Encodable, Equatable {
    /// The status that stands for a member that is unreachable.
    static let unreachable: Int32 = 4

    var member: String
    var status: Int32
    var output: String
    var errors: String
    /// Why it could not be run, where it could not.
    var trouble: String?

    init(_ result: PlaceResult) {
        switch result.result {
        case .success(let answer): self.init(result.place, answer)
        case .failure(let failure): self.init(result.place, failure)
        }
    }

    /// The outcome of a command that ran.
    init(_ member: String, _ result: CommandResult) {
        self.member = member
        status = result.shellStatus
        output = result.output
        errors = result.errors
        if max(output.utf8.count, errors.utf8.count) >= LocalRunner.mostKept {
            trouble = "output truncated"
        }
    }

    /// The outcome where the command could not be run, or not to its end.
    init(_ member: String, _ failure: Failure) {
        self.member = member
        status = failure.code == .timedOut ? failure.exitStatus : Self.unreachable
        output = ""
        errors = failure.output ?? ""
        trouble = failure.message
    }

    /// Shows what it printed, each line behind the member's name.
    func show(on terminal: Terminal) {
        terminal.result(Self.prefixed(output, by: member))
        for line in Self.lines(of: errors) { terminal.quote("\(member): \(line)") }
        if let trouble { terminal.say("\(terminal.mark(.failed)) \(member): \(trouble)") }
        if trouble == nil && status != 0 { terminal.say("\(member): exited with status \(status)") }
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
