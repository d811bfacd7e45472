import Provisioning

/// Says how a cluster is: `bcmcluster status`.
struct StatusCommand {
    let session: Session

    private var invocation: Invocation { session.invocation }
    private var terminal: Terminal { session.terminal }

    /// The pause between two looks of `--watch`.
    private static let interval: Duration = .seconds(2)

    func run() async throws -> Int32 {
        let name = try session.cluster
        guard invocation.values[.watch] != nil else {
            let status = try await look(name)
            show(status, try text(status))
            return status.exitStatus
        }
        let keys = terminal.canRedraw && !invocation.isJSON ? KeyInput() : nil
        defer { keys?.end() }
        do { try await watch(name, until: keys) } catch {
            // The terminal has put a ^C at the beginning of the line.
            if terminal.canRedraw { terminal.draw("\r\u{1b}[K") }
            return try session.endedByUser(error)
        }
        return 0
    }

    private func look(_ name: ClusterName) async throws -> ClusterStatus {
        try await InspectCluster(name).run(in: session.app)
    }

    private func text(_ status: ClusterStatus) throws -> [String] {
        if invocation.isJSON {
            return [
                try JSONText.text(StatusJSON(status), isCompact: invocation.values[.watch] != nil).trimmed
            ]
        }
        return StatusText(status: status, terminal: terminal, now: session.time.secondsSince1970)
            .lines(width: session.width)
    }

    private func show(_ status: ClusterStatus, _ lines: [String]) {
        terminal.result(lines.map { $0 + "\n" }.joined())
    }

    /// Looks again and again, until the user presses q.
    private func watch(_ name: ClusterName, until keys: KeyInput?) async throws {
        try await withThrowingTaskGroup(of: Void.self) { group in
            group.addTask { try await watch(name, way: keys == nil ? "Ctrl-C" : "q") }
            if let keys { group.addTask { try await keys.wait(for: ["q", "Q"], session.time) } }
            defer { group.cancelAll() }
            try await group.next()
        }
    }

    private func watch(_ name: ClusterName, way: String) async throws {
        var picture = Picture()
        while true {
            let status = try await look(name)
            try Task.checkCancellation()
            let time = SystemCalls.localTime(session.time.secondsSince1970)
            let heading =
                "\(name) at \(time)" + (terminal.canRedraw ? ", every \(Self.interval.brief); \(way) to quit" : "")
            let lines = try (invocation.isJSON ? [] : heading.wrapped(to: session.width) + [""]) + text(status)
            if terminal.canRedraw && !invocation.isJSON {
                terminal.draw(
                    picture.drawing(lines.map(\.printable), height: SystemCalls.terminalHeight(1) ?? 24))
            } else {
                show(status, lines + (invocation.isJSON ? [] : [""]))
            }
            if SystemCalls.isResultLost { return }
            try await session.time.sleep(Self.interval)
        }
    }
}
