/// A use case: all that lies between a request and its report.
///
/// What changes something passes the same phases, whatever it is: lock, inspect, plan, confirm, run, report; whatever is
/// decided is decided once the lock is held. Cancelling the task ends an operation at any moment.
public protocol Operation<Report>: Sendable {
    associatedtype Report: Sendable
    /// Does it; throws `Failure` where it cannot begin.
    func run(in app: AppContext) async throws -> Report
}

/// What all operations take that change a cluster.
package struct OperationOptions: Sendable {
    /// How long things may take.
    package var limits = Limits()
    /// How many machines are made at a time; `nil` leaves it to the provider.
    package var parallel: Int?
    /// Whether a run that holds the cluster's lock is waited for, an hour at most; otherwise it is a failure.
    package var waitsForLock = false

    package init() {}
}

/// What a user is asked before anything is changed.
package struct Confirmation: Sendable {
    /// The command, as a user types it.
    package var command: String
    /// Said above the losses.
    package var headline: String
    /// What is deleted; empty where nothing is.
    package var losses: [String]
    /// Said below the losses.
    package var remarks: [String] = []
    /// Whether the operation runs where nobody can be asked: not where that would lose data, but for `destroy`, which
    /// scripts have always called so.
    package var isAllowedUnasked = false
}

/// What is told while an operation works.
package protocol OperationObserver: Sendable {
    /// Takes a sentence for the user.
    func say(_ message: String)
    /// Shows what becomes of each object before the user is asked whether it may.
    func preview(_ changes: [UnitChange])
    /// Shows a plan while the work runs it and tells the observer that is handed over.
    func whileShowing(
        _ run: PlanRun, _ work: @escaping @Sendable (any PlanObserver) async -> PlanOutcome
    ) async -> PlanOutcome
    /// Hands the terminal over to what the work runs: Ctrl-C is that program's, and ends nothing else.
    func whileHandingOver<Answer: Sendable>(_ work: @Sendable () async throws -> Answer) async throws -> Answer
}

extension OperationObserver {
    package func preview(_ changes: [UnitChange]) {}
    /// Nothing gets the terminal.
    package func whileHandingOver<Answer: Sendable>(
        _ work: @Sendable () async throws -> Answer
    ) async throws -> Answer { try await work() }
}

/// A plan that is about to run.
package struct PlanRun: Sendable {
    package var outline: PlanOutline
    /// What it is about: a cluster, or a VM.
    package var subject: String
    /// What a row of the table says when nothing is left to do.
    package var rowOutcome: String
    /// What becomes of each object of a unit.
    package var changes: [UnitChange]
    /// The path of the run's log.
    package var log: String?
}

/// An observer that shows nothing.
struct SilentObserver: OperationObserver, PlanObserver {
    func say(_ message: String) {}
    func observe(_ event: PlanEvent, in plan: PlanOutline) {}
    func whileShowing(
        _ run: PlanRun, _ work: @escaping @Sendable (any PlanObserver) async -> PlanOutcome
    ) async -> PlanOutcome { await work(self) }
}

/// What became of an operation that changes something.
public struct ChangeReport: Sendable {
    /// How it ended.
    package enum Result: Sendable {
        /// A dry run: what would be done, below that headline.
        case reviewed(PlanReview, headline: String)
        /// The user did not want it; the sentence says so.
        case declined
        /// There was nothing to do, before any plan; the sentence says why.
        case nothing(String)
        case ran(Run)
    }

    /// A plan that was run.
    package struct Run: Sendable {
        package var outline: PlanOutline
        package var outcome: PlanOutcome
        package var took: Duration
        /// The path of the run's log.
        package var log: String?
        /// The cluster's members afterwards.
        package var members: [String]
        /// What a user should know, though nothing failed.
        package var remarks: [String]
        /// What was done; empty where a step failed.
        package var summary: [String]
        /// What continues a run that has not ended well.
        package var resume: String
        /// The provider's name; `nil` where no machines of a cluster's were worked on.
        package var provider: String?

        /// Adds what was done after it.
        mutating func append(_ other: Run) {
            outcome.append(other.outcome, behind: outline.entries.count)
            outline = outline.appending(other.outline)
            took += other.took
            members = other.members
            remarks += other.remarks.filter { !remarks.contains($0) }
            summary += other.summary
        }
    }

    /// The command, as a user types it.
    package var command: String
    /// What it was about: a cluster, or a VM.
    package var subject: String
    package var result: Result
    /// What becomes of each object of a unit.
    package var changes: [UnitChange] = []
    /// The snapshot that it was about.
    package var snapshot: SnapshotName?
    /// Whether nothing was left out that was wanted.
    package var isComplete = true
    /// What is left to the user.
    package var left: [String] = []

    /// Throws the first failure, where a step failed, or what was left out.
    public func check() throws {
        guard case .ran(let run) = result else { return }
        if let failure = run.outcome.failures.first?.failure { throw failure }
        if !run.outcome.blocked.isEmpty { throw Failure(.interrupted, "interrupted", hint: run.resume) }
        if !isComplete {
            throw Failure(.conflict, "\(subject): not all was done", output: left.joined(separator: "\n"))
        }
    }
}
