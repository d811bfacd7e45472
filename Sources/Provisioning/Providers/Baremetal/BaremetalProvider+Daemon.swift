/// The daemon of a host that is a member.
extension BaremetalProvider {
    /// How long a daemon gets to end by itself; without a majority it may take for ever.
    private static let farewell: Duration = .seconds(10)
    /// How long a daemon may take to answer before it is looked for.
    private static let patience: Duration = .seconds(15)

    /// Lets the daemon end in good order, and ends it at once where that takes longer than its farewell.
    ///
    /// By its own signal, and not by its unit: the snap's takes the instances along.
    public func stopDaemon(of member: MemberName, in record: ClusterRecord) async throws {
        try await checkThatItIs(member, of: record)
        guard let package = try await LXDInstallation.present(root) else { return }
        for signal in ["TERM", "KILL"] {
            if try await end(package, member, by: signal) { break }
        }
        // What was killed is started again by systemd, unless it is told not to.
        try await Systemd(root).stop([package.service], touches: [.machine(member.text), .membership])
    }

    /// Whether the daemon has ended by that signal within its farewell.
    private func end(_ package: LXDPackage, _ member: MemberName, by signal: String) async throws -> Bool {
        let processes = HostProcesses(root)
        let subject = Subject.machine(member.text)
        try await processes.send(signal, toMatching: package.daemonPattern, touches: [subject, .membership])
        let end = time.elapsed + Self.farewell
        while time.elapsed < end {
            if try await processes.matching(package.daemonPattern, about: [subject]).isEmpty { return true }
            try await time.sleep(pollInterval)
        }
        return false
    }

    /// Ends the daemon, and starts it again.
    public func restartDaemon(of member: MemberName, in record: ClusterRecord) async throws {
        try await stopDaemon(of: member, in: record)
        guard let package = try await LXDInstallation.present(root) else { return }
        try await Systemd(root).start(package.units, touches: [.machine(member.text)])
    }

    /// Whether the daemon answers.
    public func isSettled(_ member: MemberName, of record: ClusterRecord) async throws -> Bool {
        try await answers(member, .reads)
    }

    /// Waits until the daemon answers; one that has died meanwhile is started again.
    public func settle(_ member: MemberName, of record: ClusterRecord, limit: Duration) async throws {
        var lookAgain = time.elapsed + Self.patience
        _ = try await time.wait(
            for: "\(engine.title) on \(place)", limit: limit, every: pollInterval,
            remedy: "read \(logHint(member, about: .daemon))"
        ) {
            if try await answers(member, .awaits) { return true }
            if time.elapsed > lookAgain {
                lookAgain = time.elapsed + Self.patience
                try await bringUp(member, record, limit: limit)
            }
            return nil
        }
    }

    private func answers(_ member: MemberName, _ effect: Command.Effect) async throws -> Bool {
        do {
            _ = try await LXC(runner(in: member), engine: engine, limit: Self.patience).server(effect)
            return true
        } catch let failure as Failure where failure.isNoAnswer {
            return false
        }
    }
}
