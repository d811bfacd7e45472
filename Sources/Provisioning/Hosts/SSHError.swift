/// Why OpenSSH does not get into a host.
enum SSHError: ToolError {
    /// The host has another key than it had: nothing that a question would settle.
    case keyChanged
    /// A password, a passphrase, or a word on a new host's key is wanted.
    case questionNeeded

    /// This version of OpenSSH has not all of the options that it was given.
    case unknownOption

    static let signs: [(sign: String, error: SSHError)] = [
        ("Bad configuration option", .unknownOption),
        ("HOST IDENTIFICATION HAS CHANGED", .keyChanged), ("Permission denied", .questionNeeded),
        ("Host key verification failed", .questionNeeded),
    ]
}
