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
    /// Something happened.
    func observe(_ event: PlanEvent, in plan: PlanOutline)
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

    /// Whether every step ended well or was done already.
    package var succeeded: Bool { failures.isEmpty && blocked.isEmpty }
}
