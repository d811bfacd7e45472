import Provisioning
import Synchronization

/// A run as lines of JSON, one for each event: docs/reference/schema/progress.json has their form.
final class ProgressLines: PlanObserver {
    private struct PlanLine: Encodable {
        struct Entry: Encodable {
            var index: Int
            var step: StepJSON
            var after: [Int]
        }

        var schemaVersion = JSONForm.version
        var type = "plan"
        var time: Timestamp
        var cluster: String
        var steps: [Entry]
    }

    private struct StepLine: Encodable {
        enum Status: String, Encodable {
            case started, waiting, finished, skipped, failed, blocked
        }

        var schemaVersion = JSONForm.version
        var type = "step"
        var time: Timestamp
        var index: Int
        var step: StepJSON
        var status: Status
        /// How long it took.
        var seconds: Double?
        /// What it waits for.
        var message: String?
        var error: ErrorDetails?
    }

    private struct NoteLine: Encodable {
        var schemaVersion = JSONForm.version
        var type = "note"
        var time: Timestamp
        var message: String
    }

    private struct State {
        var began: [Int: Duration] = [:]
        /// What each step was last said to wait for.
        var waits: [Int: String] = [:]
    }

    private let state = Mutex(State())
    private let terminal: Terminal
    private let time: any TimeSource

    /// Begins with the plan itself.
    init(_ run: PlanRun, terminal: Terminal, time: any TimeSource) {
        self.terminal = terminal
        self.time = time
        let steps = run.outline.entries.enumerated().map { index, entry in
            PlanLine.Entry(index: index, step: StepJSON(entry), after: entry.waitsFor.sorted())
        }
        terminal.line(PlanLine(time: Timestamp(time.secondsSince1970), cluster: run.subject, steps: steps))
    }

    /// A sentence for the user.
    static func note(_ message: String, on terminal: Terminal, _ time: any TimeSource) {
        terminal.line(NoteLine(time: Timestamp(time.secondsSince1970), message: message))
    }

    func observe(_ event: PlanEvent, in plan: PlanOutline) {
        switch event {
        case .started(let index, let time):
            state.withLock { $0.began[index] = time }
            tell(index, plan, .started)
        case .waiting(let index, let wait):
            guard let wait else { return }
            let message = wait.detail.map { "\(wait.what): \($0)" } ?? wait.what
            // A wait that asks again and again has nothing new to say each time.
            let isNew = state.withLock { state in
                defer { state.waits[index] = message }
                return state.waits[index] != message
            }
            if isNew { tell(index, plan, .waiting, message: message) }
        case .skipped(let index, _): tell(index, plan, .skipped)
        case .finished(let index, let time): tell(index, plan, .finished, endedAt: time)
        case .failed(let index, let time, let failure): tell(index, plan, .failed, endedAt: time, failure: failure)
        case .blocked(let index): tell(index, plan, .blocked)
        }
    }

    private func tell(
        _ index: Int, _ plan: PlanOutline, _ status: StepLine.Status, endedAt end: Duration? = nil,
        message: String? = nil, failure: Failure? = nil
    ) {
        let began = state.withLock { $0.began[index] }
        let seconds = end.map { (($0 - (began ?? $0)).seconds * 1000).rounded() / 1000 }
        terminal.line(
            StepLine(
                time: Timestamp(time.secondsSince1970), index: index, step: StepJSON(plan.entries[index]),
                status: status, seconds: seconds, message: message, error: failure.map(ErrorDetails.init)))
    }
}
