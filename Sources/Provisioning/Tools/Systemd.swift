/// Typed commands of systemctl, as root: the services of the machine that the runner reaches.
package struct Systemd: Sendable {
    private let runner: any CommandRunner
    private let limit: Duration

    /// The services that the runner reaches; the limit is that of one command, stops of units included.
    ///
    /// By default three times what Debian's unit of LXD gives the daemon to end.
    package init(_ runner: any CommandRunner, limit: Duration = .seconds(90)) {
        self.runner = runner
        self.limit = limit
    }

    /// The unit's state in systemd's own word, such as `active`, `activating`, `inactive` or `failed`.
    package func state(of unit: String, about: Set<Subject> = []) async throws -> String {
        let command = Command("systemctl", ["is-active", unit], about: about, assumed: "active")
        // Any state but `active` has a status of its own.
        return try await runner.run(command).output.trimmed
    }

    /// Lets systemd read the files of its units again.
    func reloadUnits(touches: Set<Subject>) async throws { try await change(["daemon-reload"], touches) }

    /// Asks for the start of units, and does not wait for it: a daemon of a cluster is ready when the others are.
    package func start(_ units: [String], touches: Set<Subject>) async throws {
        try await change(["start", "--no-block"] + units, touches)
    }

    /// Asks a unit that is active to reload; false where it cannot, which it is not while it is inactive.
    package func reload(_ unit: String, touches: Set<Subject>) async throws -> Bool {
        let command = Command("systemctl", ["reload", unit], limit: limit, effect: .changes, touches: touches)
        return try await runner.run(command).succeeded
    }

    /// Stops that one unit; units that require it are left as they are.
    package func stopAlone(_ unit: String, touches: Set<Subject>) async throws {
        try await change(["stop", "--job-mode=ignore-dependencies", unit], touches)
    }

    /// Asks for the end of units, and waits for it unless told otherwise.
    package func stop(_ units: [String], isAwaited: Bool = true, touches: Set<Subject>) async throws {
        try await change((isAwaited ? ["stop"] : ["stop", "--no-block"]) + units, touches)
    }

    private func change(_ arguments: [String], _ touches: Set<Subject>) async throws {
        try await runner.output(
            of: Command("systemctl", arguments, limit: limit, effect: .changes, touches: touches))
    }
}
