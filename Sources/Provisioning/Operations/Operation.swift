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
public struct OperationOptions: Sendable {
    /// How long things may take.
    public var limits = Limits()
    /// How many machines are made at a time; `nil` leaves it to the provider.
    public var parallel: Int?
    /// Whether a run that holds the cluster's lock is waited for, an hour at most; otherwise it is a failure.
    public var waitsForLock = false

    public init() {}
}

/// What a user is asked before anything is changed.
public struct Confirmation: Sendable {
    /// The command, as a user types it.
    public var command: String
    /// Said above the losses.
    public var headline: String
    /// What is deleted; empty where nothing is.
    public var losses: [String]
    /// Said below the losses.
    public var remarks: [String] = []
    /// Whether the operation runs where nobody can be asked: not where that would lose data, but for `destroy`, which
    /// scripts have always called so.
    public var isAllowedUnasked = false
}

/// What is told while an operation works.
public protocol OperationObserver: Sendable {
    /// Takes a sentence for the user.
    func say(_ message: String)
    /// Shows a plan while the work runs it and tells the observer that is handed over.
    func whileShowing(
        _ run: PlanRun, _ work: @escaping @Sendable (any PlanObserver) async -> PlanOutcome
    ) async -> PlanOutcome
}

/// A plan that is about to run.
public struct PlanRun: Sendable {
    public var outline: PlanOutline
    /// What it is about: a cluster, or a VM.
    public var subject: String
    /// What a row of the table says when nothing is left to do.
    public var rowOutcome: String
    /// What becomes of each object of a unit.
    public var changes: [UnitChange]
    /// The path of the run's log.
    public var log: String?
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
    public enum Result: Sendable {
        /// A dry run: what would be done, below that headline.
        case reviewed(PlanReview, headline: String)
        /// The user did not want it; the sentence says so.
        case declined
        /// There was nothing to do, before any plan; the sentence says why.
        case nothing(String)
        case ran(Run)
    }

    /// A plan that was run.
    public struct Run: Sendable {
        public var outline: PlanOutline
        public var outcome: PlanOutcome
        public var took: Duration
        /// The path of the run's log.
        public var log: String?
        /// The cluster's members afterwards.
        public var members: [String]
        /// What a user should know, though nothing failed.
        public var remarks: [String]
        /// What was done; empty where a step failed.
        public var summary: [String]
        /// What continues a run that has not ended well.
        public var resume: String
    }

    /// The command, as a user types it.
    public var command: String
    /// What it was about: a cluster, or a VM.
    public var subject: String
    public var result: Result
    /// What becomes of each object of a unit.
    public var changes: [UnitChange] = []
    /// The snapshot that it was about.
    public var snapshot: SnapshotName?
    /// Whether nothing was left out that was wanted.
    public var isComplete = true
    /// What is left to the user.
    public var left: [String] = []

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
