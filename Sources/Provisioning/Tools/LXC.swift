/// The client `lxc`, spoken to as a server's own administrator: through the machine's socket, inside the machine.
public struct LXC: Sendable {
    /// How long a question may take, unless somebody is in a hurry.
    public static let patience: Duration = .seconds(60)

    let runner: any CommandRunner
    let engine: Engine
    let limit: Duration

    /// The client that runs where the runner runs; the limit is that of each question.
    public init(_ runner: any CommandRunner, engine: Engine, limit: Duration = LXC.patience) {
        self.runner = RunnerThatAsksAgain(runner: runner)
        self.engine = engine
        self.limit = limit
    }

    /// What the server says of itself.
    public func server(_ effect: Command.Effect = .reads) async throws -> ServerInfo {
        try await runner.decoded(ServerInfo.self, from: query("/1.0", effect: effect, assumed: Self.assumedServer))
    }

    /// A token with which a client can be trusted, once.
    public func trustToken(for client: String) async throws -> String {
        try await token([engine.client, "config", "trust", "add", "--name", client], assumed: "<trust token>")
    }

    /// Makes a client's token worthless that was not used, also when the run is cancelled.
    public func revokeTrustToken(of client: String) async throws {
        var command = change(["config", "trust", "revoke-token", client], limit: .seconds(15))
        command.outlivesCancellation = true
        try await runner.output(of: command)
    }

    // MARK: Commands

    /// A question to the API; a dry run of a change assumes that answer.
    func query(
        _ path: String, effect: Command.Effect = .reads, output: Command.Output = .kept, assumed: String
    ) -> Command {
        Command(engine.client, ["query", path], limit: limit, effect: effect, output: output, assumed: assumed)
    }

    /// A command that changes something.
    func change(_ arguments: [String], limit: Duration = .seconds(120)) -> Command {
        Command(engine.client, arguments, limit: limit, effect: .changes)
    }

    /// What a question about one thing answers; `nil` where there is no such thing, or a dry run assumes that.
    func found<Answer: Decodable>(_ type: Answer.Type, _ question: Command) async throws -> Answer? {
        let result = try await runner.run(question)
        if !result.succeeded && result.errors.contains("not found") { return nil }
        guard result.succeeded else { throw Failure(question, result) }
        return result.output.isEmpty ? nil : try question.decode(type, from: result.output)
    }

    /// Runs a command, of which an error that bears one of these signs says that there is nothing to do.
    func run(_ command: Command, unless signs: [String]) async throws {
        let result = try await runner.run(command)
        guard result.succeeded || signs.contains(where: result.errors.contains) else { throw Failure(command, result) }
    }

    /// The token that the command prints: it stands alone on the last line, after a sentence.
    func token(_ words: [String], assumed: String) async throws -> String {
        let command = Command(words[0], Array(words.dropFirst()), effect: .changes, output: .secret, assumed: assumed)
        let text = try await runner.output(of: command)
        guard let token = text.split(separator: "\n").last?.trimmed, !token.isEmpty,
            !token.contains(" ") || token == assumed
        else {
            throw Failure(.commandFailed, "\(engine.client) printed no token", command: command.pasteable)
        }
        return token
    }

    private static let assumedServer = """
        {"api_extensions":["clustering_join_token","certificate_token"],"environment":\
        {"server_clustered":false,"certificate":"<certificate of the cluster>\\n","server_version":"5.0"}}
        """
}

/// Asks once more where a daemon has just found out that its database has another leader now.
private struct RunnerThatAsksAgain: CommandRunner {
    let runner: any CommandRunner

    func run(_ command: Command) async throws -> CommandResult {
        let result = try await runner.run(command)
        guard command.effect != .changes, !result.succeeded, Failure(command, result).saysThatTheLeaderHasChanged else {
            return result
        }
        return try await runner.run(command)
    }
}

extension Failure {
    /// Whether a daemon spoke to a leader of the database that is gone; the next call finds the new one.
    var saysThatTheLeaderHasChanged: Bool {
        let signs = ["Failed to begin transaction", "context deadline exceeded", "driver: bad connection"]
        return signs.contains { output?.contains($0) ?? false }
    }

    /// Whether the client found no daemon behind the socket.
    var saysThatNoDaemonIsThere: Bool { output?.contains("unix.socket: connect:") ?? false }

    /// Whether the daemon, or the machine that it is in, gave no answer that could be used.
    var isNoAnswer: Bool { [.commandFailed, .timedOut, .conflict].contains(code) }
}
