/// The daemon of an installed engine under systemd: ends and starts it, and leaves instances running.
///
/// By the rules of LXD, which Incus has kept, instances outlive a daemon that is ended by SIGTERM or SIGKILL; only SIGPWR,
/// or its API, shuts them down (LXD's documentation, "Daemon behavior"). The snap's stop command sends SIGPWR, and waits up to 540 s, unless its
/// reload command was called just before (canonical/lxd-pkg-snap, daemon.stop and daemon.reload). Debian's units
/// send SIGTERM to the daemon alone.
struct EngineDaemon: Sendable {
    /// How long a daemon gets to end by itself; without a quorum, or hung, it may take for ever.
    static let grace: Duration = .seconds(30)

    /// Runs commands where the daemon is, as root.
    let root: any CommandRunner
    let package: EnginePackage
    let time: any TimeSource
    /// The pause between two looks at the daemon.
    let interval: Duration
    /// The machine that the daemon is in.
    let subject: Subject

    private var systemd: Systemd { Systemd(root, limit: package.stopLimit) }
    private var processes: HostProcesses { HostProcesses(root) }
    private var touched: Set<Subject> { [subject, .membership] }

    /// Restarts the daemon, gracefully if it ends within the grace; one that does not run is started.
    func restart() async throws {
        let old = try await running()
        if !old.isEmpty {
            // The snap's unit starts a daemon again that ends after a reload, and one that was killed.
            let isAsked = package.stopsInstances ? try await systemd.reload(package.service, touches: touched) : false
            if !isAsked { try await send("TERM") }
            try await awaitEnd(of: old)
        }
        try await systemd.start(package.units, touches: touched)
    }

    /// Ends the daemon, so that no client starts it again; `restart` starts it.
    func stop() async throws {
        let old = try await running()
        for socket in package.sockets { try await systemd.stopAlone(socket, touches: touched) }
        if !old.isEmpty {
            if package.stopsInstances { try await stopUnitAlone() } else { try await end(old) }
        }
        try await systemd.stop([package.service], touches: touched)
    }

    /// Stops the snap's unit without its instances: right after a reload its stop command leaves everything alone.
    ///
    /// The daemon is suspended first; it would end by the reload and be started again, which makes the next stop one of
    /// the instances too. It is killed once systemd knows that the unit is to stop, and so does not start it again.
    private func stopUnitAlone() async throws {
        try await send("STOP")
        _ = try await systemd.reload(package.service, touches: touched)
        try await systemd.stop([package.service], isAwaited: false, touches: touched)
        try await send("KILL")
    }

    private func end(_ old: [String]) async throws {
        try await send("TERM")
        try await awaitEnd(of: old)
    }

    private func running() async throws -> [String] {
        try await processes.matching(package.daemonPattern, about: touched)
    }

    private func send(_ signal: String) async throws {
        try await processes.send(signal, toMatching: package.daemonPattern, touches: touched)
    }

    /// Waits for the end of those processes as long as the grace lasts, and kills what is left of them.
    private func awaitEnd(of old: [String]) async throws {
        let end = time.elapsed + Self.grace
        while time.elapsed < end {
            // Another daemon may have been started meanwhile.
            if try await Set(running()).isDisjoint(with: old) { return }
            try await time.sleep(interval)
        }
        try await send("KILL")
    }
}
