/// Why OpenSSH does not get into a host.
enum SSHError: ToolError {
    /// The host has another key than it had: nothing that a question would settle.
    case keyChanged
    /// A password, a passphrase, or a word on a new host's key is wanted.
    case questionNeeded

    static let signs: [(sign: String, error: SSHError)] = [
        ("HOST IDENTIFICATION HAS CHANGED", .keyChanged), ("Permission denied", .questionNeeded),
        ("Host key verification failed", .questionNeeded),
    ]
}
