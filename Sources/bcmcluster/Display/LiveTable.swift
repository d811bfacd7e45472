import Provisioning
import Synchronization

/// A table on the terminal that is redrawn in place, one line per member.
final class LiveTable: PlanObserver {
    private struct State {
        var board: ProgressBoard
        var drawnLines = 0
    }

    private let state: Mutex<State>
    private let terminal: Terminal
    private let time: any TimeSource

    init(_ plan: PlanOutline, cluster: String, outcome: String, terminal: Terminal, time: any TimeSource) {
        state = Mutex(State(board: ProgressBoard(plan, cluster: cluster, outcome: outcome)))
        self.terminal = terminal
        self.time = time
    }

    func observe(_ event: PlanEvent, in plan: PlanOutline) {
        state.withLock { $0.board.take(event, in: plan) }
    }

    /// Draws ten times a second until the task is cancelled, and once more at the end, in full.
    func drawUntilCancelled() async {
        while !Task.isCancelled {
            draw(isLast: false)
            try? await time.sleep(.milliseconds(100))
        }
    }

    /// Draws the table; the last time with every row, however many there are.
    func draw(isLast: Bool) {
        let width = max(20, SystemCalls.terminalWidth(2) ?? 80)
        let room = isLast ? Int.max : max(3, (SystemCalls.terminalHeight(2) ?? 24) - 2)
        let now = time.elapsed
        state.withLock { state in
            let lines = Self.lines(state.board, now: now, width: width, room: room, terminal: terminal)
            let back = state.drawnLines > 0 ? "\u{1b}[\(state.drawnLines)A" : ""
            let text = lines.map { "\r\($0.printable)\u{1b}[K\n" }.joined()
            SystemCalls.write("\(back)\r\(text)\u{1b}[J", to: 2)
            state.drawnLines = lines.count
        }
    }

    /// Writes a line above the table, where it stays.
    func say(_ line: String) {
        state.withLock { state in
            let back = state.drawnLines > 0 ? "\u{1b}[\(state.drawnLines)A" : ""
            let lines = line.printable.filled(to: SystemCalls.terminalWidth(2) ?? .max)
            SystemCalls.write("\(back)\r\u{1b}[J\(lines.joined(separator: "\n"))\n", to: 2)
            state.drawnLines = 0
        }
        draw(isLast: false)
    }

    /// The lines of the table: no more than there is room for, none wider than the terminal.
    static func lines(
        _ board: ProgressBoard, now: Duration, width: Int, room: Int, terminal: Terminal
    ) -> [String] {
        var rows = board.rows
        var hidden = 0
        if rows.count > room {
            let displayOrder: [Terminal.Mark] = [.failed, .running, .waiting, .done]
            let urgent = displayOrder.flatMap { mark in rows.filter { $0.mark == mark } }
            let shown = Set(urgent.prefix(room - 1).map(\.title))
            hidden = rows.count - shown.count
            rows = rows.filter { shown.contains($0.title) }
        }
        let titleWidth = min(board.rows.map(\.title.columns).max() ?? 0, max(8, width / 2 - 4))
        let lines = rows.map { row in
            let title = row.title.cut(to: titleWidth).padded(to: titleWidth)
            return "\(terminal.mark(row.mark)) \(title)  \(row.text(at: now, width: max(1, width - titleWidth - 5)))"
        }
        guard hidden > 0 else { return lines }
        let done = board.rows.filter { $0.mark == .done }.count
        return lines + ["  … and \(hidden) more; \(done) of \(board.rows.count) ready".cut(to: width - 1)]
    }
}
