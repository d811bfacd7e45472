/// The client `lxc`, spoken to as a server's own administrator: through the machine's socket, inside the machine; for
/// questions alone also by a remote of the user's client.
package struct LXC: Sendable {
    /// How long a question may take, unless somebody is in a hurry.
    ///
    /// Not a minute: `multipass exec` may stall for exactly one, and answer then.
    package static let timeout: Duration = .seconds(90)

    let runner: any CommandRunner
    let engine: Engine
    private(set) var limit: Duration
    /// The remote that is spoken to; `nil` is the server where the runner runs.
    private let remote: String?

    /// The client that runs where the runner runs; the limit is that of each question.
    package init(
        _ runner: any CommandRunner, engine: Engine, limit: Duration = LXC.timeout, remote: String? = nil
    ) {
        self.runner = RetryingRunner(runner: runner)
        self.engine = engine
        self.limit = limit
        self.remote = remote
    }

    /// The same client, whose questions may take that long.
    func limited(to limit: Duration) -> LXC {
        var client = self
        client.limit = limit
        return client
    }

    /// What the server says of itself.
    package func server(
        _ effect: Command.Effect = .reads, assuming version: String = "5.0"
    ) async throws -> ServerInfo {
        let assumed = """
            {"api_extensions":["clustering_join_token","certificate_token"],"environment":\
            {"server_clustered":false,"certificate":"<certificate of the cluster>\\n","server_version":"\(version)"}}
            """
        return try await runner.decoded(ServerInfo.self, from: query("/1.0", effect: effect, assumed: assumed))
    }

    // MARK: Commands

    /// A command to the local server, in one project; `lxc query` takes none, as its path names it.
    ///
    /// The client's configuration can name another remote or project as its default: a user's `lxc remote switch` or
    /// `lxc project switch` in the machine must not redirect what this tool does.
    func command(
        _ arguments: [String], project: String? = "default", limit: Duration, effect: Command.Effect = .reads
    ) -> Command {
        let project = project.map { ["--project", $0] } ?? []
        let local = remote == nil ? ["--force-local"] : []
        return Command(engine.client, local + project + arguments, limit: limit, effect: effect)
    }

    /// A question to the API; a dry run of a change assumes that answer.
    ///
    /// Where the path names no project the server takes `default`. Answers never get into errors and logs: what instances,
    /// profiles and the database hold can be user-data and passwords.
    func query(
        _ path: String, _ words: [String] = [], effect: Command.Effect = .reads, assumed: String? = nil
    ) -> Command {
        let place = remote.map { "\($0):\(path)" } ?? path
        var query = command(["query"] + words + [place], project: nil, limit: limit, effect: effect)
        query.assumed = assumed
        query.output = .secret
        return query
    }

    /// The members as the client shows them to a user.
    package func memberTable(limit: Duration) async throws -> String {
        let result = try await runner.run(command(["cluster", "list"], limit: limit))
        return result.output + result.errors
    }

    /// A command that changes something.
    func change(_ arguments: [String], in project: String? = "default", limit: Duration = .seconds(120)) -> Command {
        command(arguments, project: project, limit: limit, effect: .changes)
    }

    /// Sends what is to be changed to a path of the API, by that method.
    func send(_ method: String, _ body: some Encodable, to path: String) async throws {
        let data = try JSONText.text(body, isCompact: true).trimmed
        try await runner.output(of: change(["query", "--request", method, "--data", data, path], in: nil))
    }

    /// What a question about one thing answers; `nil` where there is no such thing, or a dry run assumes that.
    func found<Answer: Decodable>(_ type: Answer.Type, _ question: Command) async throws -> Answer? {
        let result = try await runner.run(question)
        if result.reports(EngineError.notFound) { return nil }
        guard result.succeeded else { throw Failure(question, result) }
        return result.output.isEmpty ? nil : try question.decode(type, from: result.output)
    }

    /// Runs a command for which there has nothing to do where it fails with one of these errors.
    func run(_ command: Command, unless errors: Set<EngineError>) async throws {
        let result = try await runner.run(command)
        guard result.succeeded || EngineError(result.errors).map(errors.contains) ?? false else {
            throw Failure(command, result)
        }
    }

    /// The token that the command prints: it stands alone on the last line, after a sentence.
    func token(_ words: [String], assumed: String) async throws -> String {
        var command = change(words, limit: Self.timeout)
        command.output = .secret
        command.assumed = assumed
        let text = try await runner.output(of: command)
        guard let token = text.split(separator: "\n").last?.trimmed, !token.isEmpty,
            !token.contains(" ") || token == assumed
        else {
            throw Failure(.commandFailed, "\(engine.client) printed no token", command: command.pasteable)
        }
        return token
    }

}

/// Asks once more where a daemon has just found out that its database has another leader now.
private struct RetryingRunner: CommandRunner {
    let runner: any CommandRunner

    func run(_ command: Command) async throws -> CommandResult {
        let result = try await runner.run(command)
        guard command.effect != .changes, result.reports(EngineError.leaderChanged) else {
            return result
        }
        return try await runner.run(command)
    }
}
