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
        do { try await watch(name) } catch {
            // The terminal has put a ^C at the beginning of the line.
            if terminal.canRedraw { terminal.draw("\r\u{1b}[K") }
            // Ctrl-C is how the user ends it.
            guard let signal = session.interruption.signal else { throw error }
            return signal == 2 ? 0 : 128 + signal
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

    private func watch(_ name: ClusterName) async throws {
        var picture = Picture()
        while true {
            let status = try await look(name)
            try Task.checkCancellation()
            let lines = try text(status)
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
