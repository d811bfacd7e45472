/// One idempotent piece of work.
///
/// A step is asked of the live world whether it is done, never of what is remembered; it does its work so that doing it
/// again after a failure half-way ends well; and it does the same under a dry run, whose runner and files record.
public protocol Step: Sendable {
    /// What the user reads: an imperative, short, without the member's name.
    var title: String { get }
    /// The member that it is about; `nil` where it is about the cluster.
    var member: MemberName? { get }
    /// Work that only so many steps may do at a time; `nil` is unbounded.
    var lane: Lane? { get }
    /// What the log tells of that says why the step failed; `nil` where no log of its member does.
    var log: MachineLog.Topic? { get }
    /// How long it takes as a rule; after it the user is told where its log is.
    func expectedDuration(_ provider: any MachineProvider) -> Duration
    /// Whether the world already is as the step would leave it.
    func isDone(_ context: PlanContext) async throws -> Bool
    /// Does the work.
    func run(_ context: PlanContext) async throws
}

extension Step {
    /// Unbounded.
    public var lane: Lane? { nil }
    /// None does.
    public var log: MachineLog.Topic? { nil }
    /// What has to do with the setting up of a machine takes as long as that, everything else half a minute.
    public func expectedDuration(_ provider: any MachineProvider) -> Duration {
        log == .machine ? provider.expectedSetupDuration : .seconds(30)
    }
    /// What names the step in logs and in what waits for what: `DEV-01 join the cluster`.
    public var identifier: String { member.map { "\($0) \(title)" } ?? title }
}

/// Work that is bounded.
public enum Lane: Sendable, Hashable {
    /// Making and starting machines: as many at a time as `--parallel` says.
    case machines
    /// Joining: one at a time, in the order in which machines get ready (facts: "Joins are serial").
    case joins
}
