/// The engine's daemon in a machine that runs.
extension NamespaceProvider {
    /// How long a daemon gets to end by itself; without a quorum it cannot.
    private static let shutdownGrace: Duration = .seconds(3)

    /// Ends the daemon, gracefully if it can within its shutdownGrace; there is no socket by which a client could start it.
    package func stopDaemon(of member: MemberName, in state: ClusterState) async throws {
        try await endDaemon(member, by: "TERM")
        try await endDaemon(member, by: "KILL")
    }

    /// Ends the daemon as `stopDaemon` does, and starts it.
    package func restartDaemon(of member: MemberName, in state: ClusterState) async throws {
        try await stopDaemon(of: member, in: state)
        try await startDaemon(member, of: state)
    }

    /// Ends the daemon by that signal, and waits for its end as long as its shutdownGrace may take.
    func endDaemon(_ member: MemberName, by signal: String) async throws {
        try await HostProcesses(runner(in: member)).send(
            signal, toMatching: daemonPattern, touches: [.machine(member.text), .membership])
        let end = time.elapsed + Self.shutdownGrace
        while time.elapsed < end {
            if try await processes(of: member, .awaits).isEmpty { return }
            try await time.sleep(traits.pollInterval)
        }
    }

    var daemonPattern: String { "^\(engine.daemon) --group" }

    /// The daemon's processes.
    private func processes(of member: MemberName, _ effect: Command.Effect) async throws -> [String] {
        try await HostProcesses(runner(in: member)).matching(
            daemonPattern, effect: effect, about: [.machine(member.text)])
    }

    /// Whether the daemon answers.
    package func isSettled(_ member: MemberName, of state: ClusterState) async throws -> Bool {
        try await answers(member, .reads)
    }

    /// Waits until the machine's first process runs and its daemon answers; one that has died meanwhile is started again.
    ///
    /// LXD 5.0.2 now and then ends by itself when all members of a cluster start at once.
    package func settle(_ member: MemberName, of state: ClusterState, limit: Duration) async throws {
        var lookAgain = time.elapsed + Self.timeout
        var exits = 0
        _ = try await time.wait(
            for: "\(engine.title) on \(member)", limit: limit, every: traits.pollInterval,
            hint: "read \(logHint(member))"
        ) {
            if try await answers(member, .awaits) { return true }
            if time.elapsed > lookAgain {
                lookAgain = time.elapsed + Self.timeout
                do {
                    if try await processes(of: member, .awaits).isEmpty { exits += 1 }
                    guard exits < Self.mostExits else {
                        throw Failure(
                            .commandFailed, "\(engine.title) on \(member) exited \(exits) times",
                            hint: "read \(logHint(member, about: .daemon))")
                    }
                    try await startDaemon(member, of: state)
                } catch let failure as Failure where failure.code == .conflict {
                    // On a busy host the machine's first process takes its time, too.
                    let first = NamespaceLayout(state).firstProcess(of: member)
                    guard try await Namespaces(root).isStarted(first, about: [.machine(member.text)]) else {
                        throw try await firstProcessEnded(member)
                    }
                }
            }
            return nil
        }
    }

    /// The failure of a machine whose first process exited, with what that printed last.
    private func firstProcessEnded(_ member: MemberName) async throws -> Failure {
        var failure = Failure(
            .conflict, "the first process of \(member) exited", hint: "read \(logHint(member))")
        failure.output = try await LogFile(root, "\(NamespaceLayout.machine(member))/console.log").end(.lines(5))
        return failure
    }

    /// How often a daemon may have ended by itself before it counts as one that cannot start.
    private static let mostExits = 5

    /// How long a daemon may take to answer before it is looked for.
    private static let timeout: Duration = .seconds(8)

    /// Starts the daemon in a machine that runs; one that is there already is left alone.
    func startDaemon(_ member: MemberName, of state: ClusterState) async throws {
        let daemon = Command(
            NamespaceLayout(state).entrypoint,
            ["daemon", member.text, NamespaceLayout.machine(member)]
                + NamespaceLayout.entrypointArguments(engine),
            effect: .changes, output: .discarded)
        _ = try await runner(in: member).run(daemon)
    }

    private func answers(_ member: MemberName, _ effect: Command.Effect) async throws -> Bool {
        do {
            _ = try await LXC(runner(in: member), engine: engine).server(effect)
            return true
        } catch let failure as Failure where failure.code == .commandFailed || failure.code == .conflict {
            await holders.forget(member)
            return false
        }
    }
}
