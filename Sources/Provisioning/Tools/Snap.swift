/// What snapd reports.
private enum SnapError: ToolError {
    /// Something else has to end first.
    case busy

    static let signs: [(sign: String, error: SnapError)] = [
        ("change in progress", .busy), ("changes in progress", .busy), ("too early for operation", .busy),
    ]
}

/// Typed commands of snapd, as root.
package struct Snap: Sendable {
    private let runner: any CommandRunner
    private let time: any TimeSource
    private let limit: Duration

    /// The snaps of the machine that the runner reaches; the limit is that of each piece of work.
    package init(_ runner: any CommandRunner, time: any TimeSource, limit: Duration) {
        self.runner = runner
        self.time = time
        self.limit = limit
    }

    /// Installs a snap and keeps it at what it is: members of a cluster need one version (facts: "Versions").
    ///
    /// One that is there is left. The cohort makes hosts that install at different times get the same revision.
    package func install(_ name: String, channel: String, touches: Set<Subject> = []) async throws {
        try await untilTimeout(["install", name, "--channel=\(channel)", "--cohort=+"], touches)
        try await untilTimeout(["refresh", "--hold", name], touches)
    }

    /// Brings a snap to the latest revision of the channel, or of the one that it follows, the same on all machines; one
    /// that has it is left.
    package func refresh(_ name: String, channel: String?, touches: Set<Subject> = []) async throws {
        let options = (channel.map { ["--channel=\($0)"] } ?? []) + ["--cohort=+"]
        try await untilTimeout(["refresh", name] + options, touches)
        try await untilTimeout(["refresh", "--hold", name], touches)
    }

    /// Removes a snap with its data; one that is not there is fine.
    package func remove(_ name: String, touches: Set<Subject> = []) async throws {
        try await untilTimeout(["remove", "--purge", name], touches)
    }

    private func untilTimeout(_ words: [String], _ touches: Set<Subject>) async throws {
        let command = Command("snap", words, limit: limit, effect: .changes, touches: touches)
        _ = try await time.wait(for: "what snapd is doing", limit: limit, every: .seconds(2)) {
            let result = try await runner.run(command)
            if result.succeeded { return true }
            guard result.reports(SnapError.busy) else { throw Failure(command, result) }
            return nil
        }
    }
}
