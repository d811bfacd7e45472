/// The daemon of a host that is a member.
extension BaremetalProvider {
    /// How long a daemon may take to answer before it is looked for.
    private static let timeout: Duration = .seconds(15)

    /// Ends the daemon, and keeps clients from starting it; instances keep running.
    package func stopDaemon(of member: MemberName, in state: ClusterState) async throws {
        try await daemon(of: member, in: state)?.stop()
    }

    /// Restarts the daemon, gracefully if it ends in time; instances keep running.
    package func restartDaemon(of member: MemberName, in state: ClusterState) async throws {
        try await daemon(of: member, in: state)?.restart()
    }

    /// The host's daemon; `nil` where no engine is installed.
    private func daemon(of member: MemberName, in state: ClusterState) async throws -> EngineDaemon? {
        try await checkIdentity(member, of: state)
        guard let package = try await engine.installedPackage(root) else { return nil }
        return EngineDaemon(
            root: root, package: package, time: time, interval: traits.pollInterval, subject: .machine(member.text))
    }

    /// Whether the daemon answers.
    package func isSettled(_ member: MemberName, of state: ClusterState) async throws -> Bool {
        try await answers(member, .reads)
    }

    /// Waits until the daemon answers; one that has died meanwhile is started again.
    package func settle(_ member: MemberName, of state: ClusterState, limit: Duration) async throws {
        var lookAgain = time.elapsed + Self.timeout
        _ = try await time.wait(
            for: "\(engine.title) on \(place)", limit: limit, every: traits.pollInterval,
            hint: "read \(logHint(member, about: .daemon))"
        ) {
            if try await answers(member, .awaits) { return true }
            if time.elapsed > lookAgain {
                lookAgain = time.elapsed + Self.timeout
                try await bringUp(member, state, limit: limit)
            }
            return nil
        }
    }

    private func answers(_ member: MemberName, _ effect: Command.Effect) async throws -> Bool {
        do {
            _ = try await LXC(runner(in: member), engine: engine, limit: Self.timeout).server(effect)
            return true
        } catch let failure as Failure where failure.isNoAnswer {
            return false
        }
    }
}
