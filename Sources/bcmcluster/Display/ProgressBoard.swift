import Provisioning
import Synchronization

/// What is known of a plan's progress, one row per member and one for the cluster as a whole.
struct ProgressBoard: Sendable {
    struct Row: Sendable, Equatable {
        var title: String
        /// The steps that have not ended, in their order, with their titles.
        var left: [(index: Int, title: String)] = []
        /// What it says when nothing is left to do.
        var outcome: String
        /// The steps that run, with when they began and what they wait for.
        var running: [(index: Int, title: String, since: Duration, wait: Wait?)] = []
        var failure: String?
        var isBlocked = false
        var began: Duration?
        var ended: Duration?

        static func == (one: Row, other: Row) -> Bool { one.title == other.title && one.stepsLeft == other.stepsLeft }

        var stepsLeft: Int { left.count }
    }

    private(set) var rows: [Row] = []
    private let rowOfStep: [Int]

    /// A board for the plan; the cluster's own row comes last, and a row whose steps have all ended says the outcome.
    init(_ plan: PlanOutline, cluster: String, outcome: String = "ready") {
        var rows: [Row] = []
        var places: [String: Int] = [:]
        let titles = plan.entries.map { $0.member?.text ?? cluster }
        for title in titles.filter({ $0 != cluster }) + (titles.contains(cluster) ? [cluster] : [])
        where places[title] == nil {
            places[title] = rows.count
            rows.append(Row(title: title, outcome: outcome))
        }
        rowOfStep = titles.map { places[$0] ?? 0 }
        for (index, row) in rowOfStep.enumerated() { rows[row].left.append((index, plan.entries[index].title)) }
        self.rows = rows
    }

    mutating func take(_ event: PlanEvent, in plan: PlanOutline) {
        switch event {
        case .started(let index, let time):
            let row = rowOfStep[index]
            rows[row].began = rows[row].began ?? time
            rows[row].running.append((index, plan.entries[index].title, time, nil))
        case .waiting(let index, let wait):
            let row = rowOfStep[index]
            guard let place = rows[row].running.firstIndex(where: { $0.index == index }) else { return }
            rows[row].running[place].wait = wait
        case .skipped(let index, let time), .finished(let index, let time):
            end(index, time)
        case .failed(let index, let time, let failure):
            end(index, time)
            rows[rowOfStep[index]].failure = "\(plan.entries[index].title): \(failure.message)"
        case .blocked(let index):
            rows[rowOfStep[index]].isBlocked = true
        }
    }

    private mutating func end(_ index: Int, _ time: Duration) {
        let row = rowOfStep[index]
        rows[row].running.removeAll { $0.index == index }
        rows[row].left.removeAll { $0.index == index }
        if rows[row].stepsLeft == 0 { rows[row].ended = time }
    }
}

extension ProgressBoard.Row {
    /// How the row stands.
    var mark: Terminal.Mark {
        if failure != nil || isBlocked { return .failed }
        if stepsLeft == 0 { return .done }
        return running.isEmpty ? .waiting : .running
    }

    /// What the row says at that time, on one line; where it is too wide the words are cut, and not the time.
    func text(at now: Duration, width: Int = .max) -> String {
        let (words, time) = parts(at: now)
        let line = words.onOneLine
        guard width - time.columns >= 8 else { return (line + time).cut(to: width) }
        return line.cut(to: width - time.columns) + time
    }

    private func parts(at now: Duration) -> (words: String, time: String) {
        if let failure { return (failure, "") }
        if isBlocked { return ("skipped: a required step failed", "") }
        guard let next = left.first else {
            guard let began, let ended else { return ("nothing to do", "") }
            return (outcome, "  \((ended - began).brief)")
        }
        guard let present = running.last else { return ("waiting: \(next.title)", "") }
        guard let wait = present.wait else { return (present.title, "  \((now - present.since).brief)") }
        return (words(wait, of: present.title), ", \((now - wait.since).brief) of \(wait.limit.brief)")
    }

    /// What is waited for: a detail says more than the step's title, and the row names the member already.
    private func words(_ wait: Wait, of step: String) -> String {
        let what = wait.what.replacing(" on \(title)", with: "").replacing(" of \(title)", with: "")
        if let detail = wait.detail { return "\(what): \(detail)" }
        return step == "wait for \(what)" ? step : "\(step): \(what)"
    }
}
