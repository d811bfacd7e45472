/// Typed commands of systemctl, as root: the services of the machine that the runner reaches.
public struct Systemd: Sendable {
    /// How long systemd may take for what it is waited for: LXD's own unit gives the daemon half a minute to end.
    private static let patience: Duration = .seconds(90)

    private let runner: any CommandRunner

    /// The services that the runner reaches.
    public init(_ runner: any CommandRunner) { self.runner = runner }

    /// The unit's state in systemd's own word, such as `active`, `activating`, `inactive` or `failed`.
    public func state(of unit: String, about: Set<Subject> = []) async throws -> String {
        let command = Command("systemctl", ["is-active", unit], about: about, assumed: "active")
        // Any state but `active` has a status of its own.
        return try await runner.run(command).output.trimmed
    }

    /// Asks for the start of units, and does not wait for it: a daemon of a cluster is ready when the others are.
    public func start(_ units: [String], touches: Set<Subject>) async throws {
        try await change(["start", "--no-block"] + units, touches)
    }

    /// Asks for the end of units, and waits for it unless told otherwise.
    public func stop(_ units: [String], isAwaited: Bool = true, touches: Set<Subject>) async throws {
        try await change((isAwaited ? ["stop"] : ["stop", "--no-block"]) + units, touches)
    }

    private func change(_ arguments: [String], _ touches: Set<Subject>) async throws {
        try await runner.output(
            of: Command("systemctl", arguments, limit: Self.patience, effect: .changes, touches: touches))
    }
}
