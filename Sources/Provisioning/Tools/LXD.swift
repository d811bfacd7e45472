/// The program that sets a server up, inside the server's machine.
package struct LXD: Sendable {
    private let runner: any CommandRunner
    private let engine: Engine

    /// The program that runs where the runner runs.
    package init(_ runner: any CommandRunner, engine: Engine) {
        self.runner = runner
        self.engine = engine
    }

    /// Gives the server its first configuration, through standard input: the preseed is never left in the machine.
    ///
    /// Not idempotent: a server that is set up already refuses (facts: "Preseed"). Look first.
    package func initialize(preseed: String, touches: Set<Subject>, limit: Duration) async throws {
        try await runner.output(
            of: Command(
                engine.administration[0], engine.administration.dropFirst() + ["init", "--preseed"], input: preseed,
                limit: limit, effect: .changes, touches: touches))
    }

    /// The addresses of the members that have a vote, as this server's own files say; its daemon need not answer.
    package func voters(limit: Duration) async throws -> [IPv4] {
        let command = Command(engine.daemon, ["cluster", "list-database"], limit: limit)
        // A table, of which LXD has no other form, drawn with other characters by each version: what is an address counts.
        return try await runner.output(of: command).split { !$0.isHexDigit && !".:".contains($0) }
            .compactMap { text in text.split(separator: ":").first.flatMap { IPv4(String($0)) } }
    }

    /// Makes this server the only voter of its cluster, with what its own database holds; its daemon must be off.
    package func recoverFromQuorumLoss() async throws {
        try await runner.output(
            of: Command(
                engine.daemon, ["cluster", "recover-from-quorum-loss", "--quiet"], effect: .changes,
                touches: [.membership]))
    }

    /// Removes a server from the configuration of the cluster's database (raft); one that is not in it is fine.
    ///
    /// For a server that is no member; asked of the member that leads the database, since others refuse.
    package func removeRaftNode(_ address: String) async throws {
        let command = Command(
            engine.daemon, ["cluster", "remove-raft-node", "--quiet", address], effect: .changes,
            touches: [.membership])
        let result = try await runner.run(command)
        guard result.succeeded || result.reports(EngineError.noRaftNode) else { throw Failure(command, result) }
    }
}
