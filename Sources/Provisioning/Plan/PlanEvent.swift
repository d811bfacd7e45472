/// What happens while a plan runs, in the order in which it happens.
package enum PlanEvent: Sendable {
    /// A step began to work.
    case started(index: Int, at: Duration)
    /// A step that works waits for something; `nil` when it waits no more.
    case waiting(index: Int, Wait?)
    /// A step was done already.
    case skipped(index: Int, at: Duration)
    /// A step ended well.
    case finished(index: Int, at: Duration)
    case failed(index: Int, at: Duration, Failure)
    /// A step could not begin, because one that it waits for failed.
    case blocked(index: Int)
}

/// Told what happens; must return at once.
package protocol PlanObserver: Sendable {
    /// Another plan is about to run.
    func begin(_ plan: PlanOutline)
    /// Something happened.
    func observe(_ event: PlanEvent, in plan: PlanOutline)
}

extension PlanObserver {
    package func begin(_ plan: PlanOutline) {}
}

/// What became of a plan.
package struct PlanOutcome: Sendable {
    /// The steps that worked.
    package var done: [Int] = []
    /// The steps that were done already.
    package var skipped: [Int] = []
    /// The steps that failed, each with its failure.
    package var failures: [(index: Int, failure: Failure)] = []
    /// The steps that could not begin.
    package var blocked: [Int] = []

    /// What became of the first so many steps.
    package func first(_ count: Int) -> PlanOutcome {
        PlanOutcome(
            done: done.filter { $0 < count }, skipped: skipped.filter { $0 < count },
            failures: failures.filter { $0.index < count }, blocked: blocked.filter { $0 < count })
    }

    /// Adds what became of a plan that ran after so many steps.
    package mutating func append(_ other: PlanOutcome, behind count: Int) {
        done += other.done.map { $0 + count }
        skipped += other.skipped.map { $0 + count }
        failures += other.failures.map { ($0.index + count, $0.failure) }
        blocked += other.blocked.map { $0 + count }
    }

    /// Whether every step ended well or was done already.
    package var succeeded: Bool { failures.isEmpty && blocked.isEmpty }
}
