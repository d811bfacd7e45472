import Provisioning
import Synchronization

/// Shows what members and instances use: `bcmcluster top`.
struct TopCommand {
    let session: Session

    private var invocation: Invocation { session.invocation }
    private var terminal: Terminal { session.terminal }

    func run() async throws -> Int32 {
        let name = try session.cluster
        guard invocation.values[.watch] != nil else {
            let report = try await MeasureUsage(of: name).run(in: session.app)
            let listing = listing(name, report)
            try session.show(listing, listing.lines(width: session.width).map { $0 + "\n" }.joined())
            return report.isComplete ? 0 : 4
        }
        let picture = Mutex(Picture())
        do {
            _ = try await MeasureUsage(of: name) { report in
                let listing = listing(name, report)
                if invocation.isJSON {
                    terminal.line(listing)
                } else if terminal.canRedraw {
                    let lines = listing.lines(width: session.width).map(\.printable)
                    let height = SystemCalls.terminalHeight(1) ?? 24
                    terminal.draw(picture.withLock { $0.drawing(lines, height: height) })
                } else {
                    terminal.result((listing.lines(width: session.width) + [""]).map { $0 + "\n" }.joined())
                }
                return !SystemCalls.isResultLost
            }.run(in: session.app)
        } catch {
            // The terminal has put a ^C at the beginning of the line.
            if terminal.canRedraw { terminal.draw("\r\u{1b}[K") }
            return try session.endedByUser(error)
        }
        return 0
    }

    private func listing(_ name: ClusterName, _ report: MeasureUsage.Report) -> UsageListing {
        if let problem = report.problem, !invocation.isJSON { terminal.say(problem) }
        return UsageListing(name, report, now: session.time.secondsSince1970)
    }
}
