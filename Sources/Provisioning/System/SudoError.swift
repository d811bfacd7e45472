/// Why `sudo -n` fails, without a terminal at which it could ask.
enum SudoError: ToolError {
    case passwordNeeded
    /// `requiretty`: it works at a terminal alone.
    case terminalNeeded
    /// The user may not, or not this command.
    case refused

    static let signs: [(sign: String, error: SudoError)] = [
        ("must have a tty", .terminalNeeded), ("a password is required", .passwordNeeded),
        ("a terminal is required", .passwordNeeded), ("authentication is required", .passwordNeeded),
        ("is not in the sudoers file", .refused), ("is not allowed to", .refused), ("may not run sudo", .refused),
    ]

    /// Reads what sudo itself printed; `nil` where it was another program, or nothing that is known.
    init?(by result: CommandResult) {
        let own = result.errors.split { $0.isNewline }.filter {
            $0.hasPrefix("sudo: ") || $0.hasPrefix("sudo-rs: ") || $0.hasPrefix("Sorry, user ")
                || $0.contains("sudoers file")
        }
        guard !result.succeeded, let error = SudoError(own.joined(separator: "\n")) else { return nil }
        self = error
    }

    /// What is wrong, to stand after "root is required, and".
    var reason: String {
        switch self {
        case .passwordNeeded: "sudo asks for a password"
        case .terminalNeeded: "sudo requires a terminal (requiretty)"
        case .refused: "sudo refuses"
        }
    }

    /// The failure of a command that root has to run.
    func failure(_ result: CommandResult) -> Failure {
        let hint =
            switch self {
            case .passwordNeeded: "log in as root, or allow the user sudo without a password (NOPASSWD)"
            case .terminalNeeded: "log in as root, or exempt the user with visudo: Defaults:USER !requiretty"
            case .refused: "log in as root, or allow the user all commands with visudo: USER ALL=(ALL) NOPASSWD: ALL"
            }
        return Failure(.missing, "root is required, and \(reason)", output: result.errors.trimmed, hint: hint)
    }
}
