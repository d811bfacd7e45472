/// What OpenSSH does with a destination, by `ssh -G`: the user's configuration is in it.
struct SSHSettings: Sendable {
    private let values: [(key: String, value: String)]

    /// The settings for what a user would give `ssh`; throws `Failure.missing` where there is no OpenSSH.
    init(_ words: [String], by runner: any CommandRunner) async throws {
        let text = try await runner.output(of: Command("ssh", ["-G"] + words, limit: .seconds(20)).needed)
        values = text.split(separator: "\n").compactMap { line in
            let parts = line.split(separator: " ", maxSplits: 1).map(String.init)
            return parts.count == 2 ? (parts[0], parts[1]) : nil
        }
    }

    /// The first value of a setting, whose name is in small letters.
    subscript(key: String) -> String? { values.first { $0.key == key }?.value }

    /// The keys that the user has chosen: not those that OpenSSH tries by itself.
    var identities: [String] {
        values.filter { $0.key == "identityfile" && !$0.value.hasPrefix("~/.ssh/id_") }.map(\.value)
    }
}
