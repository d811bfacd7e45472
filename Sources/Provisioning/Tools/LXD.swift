/// The program that sets a server up, inside the server's machine.
public struct LXD: Sendable {
    private let runner: any CommandRunner
    private let engine: Engine

    /// The program that runs where the runner runs.
    public init(_ runner: any CommandRunner, engine: Engine) {
        self.runner = runner
        self.engine = engine
    }

    /// Gives the server its first configuration, through standard input: the preseed is never left in the machine.
    ///
    /// Not idempotent: a server that is set up already refuses (facts: "Preseed"). Look first.
    public func initialize(preseed: String, touches: Set<Subject>, limit: Duration) async throws {
        try await runner.output(
            of: Command(
                engine.administration[0], engine.administration.dropFirst() + ["init", "--preseed"], input: preseed,
                limit: limit, effect: .changes, touches: touches))
    }
}
