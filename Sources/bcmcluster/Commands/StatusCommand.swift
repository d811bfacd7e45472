import Provisioning

/// Says how a cluster is: `bcmcluster status`.
struct StatusCommand {
    let invocation: Invocation
    let world: World

    /// How long any command may take, so that the whole answers within two seconds.
    private static let limit: Duration = .milliseconds(1500)
    /// The same where the cluster is spread over hosts; the whole answers within the five seconds of `host list`.
    private static let limitOverHosts: Duration = .seconds(4)
    /// The pause between two looks of `--watch`.
    private static let interval: Duration = .seconds(2)

    func run() async throws -> Int32 {
        let name = try invocation.cluster(world.environment)
        guard invocation.values[.watch] != nil else {
            let status = try await look(name)
            show(status, try text(status))
            return status.isHealthy ? 0 : 4
        }
        do { try await world.untilSignal { try await watch(name) } } catch {
            // The terminal has put a ^C at the beginning of the line.
            if world.terminal.canRedraw { world.terminal.draw("\r\u{1b}[K") }
            // Ctrl-C is how the user ends it.
            guard let signal = world.interruption.signal else { throw error }
            return signal == 2 ? 0 : 128 + signal
        }
        return 0
    }

    private func look(_ name: ClusterName) async throws -> ClusterStatus {
        let state = try world.standing(name)
        // Other hosts are further away, and a connection to each is made first.
        guard state.spread == nil else {
            let context = try world.limited(to: Self.limitOverHosts).context(toLookAt: state)
            return try await ClusterInspector(context, .thorough).status()
        }
        // Where the way into a machine is slow, what answers in time is not waited for longer.
        let limit = try max(Self.limit, world.provider(for: state).answerTimeout + .milliseconds(300))
        let context = try world.limited(to: limit).context(toLookAt: state)
        return try await ClusterInspector(context, .full).status()
    }

    private func text(_ status: ClusterStatus) throws -> [String] {
        if invocation.isJSON {
            return [
                try JSONText.text(StatusJSON(status), isCompact: invocation.values[.watch] != nil).trimmed
            ]
        }
        return StatusText(status: status, terminal: world.terminal, now: world.time.secondsSince1970)
            .lines(width: SystemCalls.terminalWidth(1) ?? .max)
    }

    private func show(_ status: ClusterStatus, _ lines: [String]) {
        world.terminal.result(lines.map { $0 + "\n" }.joined())
    }

    private func watch(_ name: ClusterName) async throws {
        var picture = Picture()
        while true {
            let status = try await look(name)
            try Task.checkCancellation()
            let lines = try text(status)
            if world.terminal.canRedraw && !invocation.isJSON {
                world.terminal.draw(
                    picture.drawing(lines.map(\.printable), height: SystemCalls.terminalHeight(1) ?? 24))
            } else {
                show(status, lines + (invocation.isJSON ? [] : [""]))
            }
            try await world.time.sleep(Self.interval)
        }
    }
}
