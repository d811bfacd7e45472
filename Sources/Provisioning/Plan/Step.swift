/// One idempotent piece of work.
///
/// A step is asked of live state whether it is done, never of what is remembered; it does its work so that doing it again
/// after a failure half-way ends well; and it does the same under a dry run, whose runner and files record.
package protocol Step<Context>: Sendable {
    /// What the step may use: a `PlanContext` for work on a cluster, a `HostContext` for work on hosts and VMs.
    associatedtype Context: StepContext
    /// An imperative, short, without the member's name.
    var title: String { get }
    /// The member that it is about; `nil` where it is about the cluster.
    var member: MemberName? { get }
    /// Work that only so many steps may do at a time; `nil` is unbounded.
    var lane: Lane? { get }
    /// The log that says why the step failed; `nil` where no log of its member does.
    var log: MachineLog.Topic? { get }
    /// How long it takes as a rule, where that is neither half a minute nor the setup of a machine; after it the user is
    /// told where its log is.
    var expectedDuration: Duration? { get }
    /// Whether live state already is as the step would leave it.
    func isDone(_ context: Context) async throws -> Bool
    /// Whether `status` has to report the step as one that `up` has left undone: not where it sees that by itself, nor
    /// where the step only checks or waits. Changes nothing.
    func isUnfinished(_ context: Context) async throws -> Bool
    /// Does the work.
    func run(_ context: Context) async throws
}

extension Step {
    package var member: MemberName? { nil }
    package var lane: Lane? { nil }
    package var log: MachineLog.Topic? { nil }
    package var expectedDuration: Duration? { nil }
    package func isUnfinished(_ context: Context) async throws -> Bool { try await !isDone(context) }
    /// Which kind of step it is, for programs, such as `joinMember`.
    ///
    /// It is the type's name; docs/reference/schema/progress.json lists them.
    package var code: String {
        let name = String(describing: Self.self).prefix { $0 != "<" }
        return name.prefix(1).lowercased() + name.dropFirst()
    }
    /// What names the step in logs and in what waits for what: `DEV-01 join the cluster`.
    package var identifier: String { member.map { "\($0) \(title)" } ?? title }
    /// What a user reads of it: `DEV-01: join the cluster`.
    package var titleForUsers: String { member.map { "\($0): \(title)" } ?? title }
}

/// Work that is bounded.
package enum Lane: Sendable, Hashable {
    /// Making and starting machines: as many at a time as `--parallel` says.
    case machines
    /// Joining: as many at a time as the engine bears, in the order in which machines get ready.
    case joins
    /// Other changes of who is in the cluster, or leads it: one at a time, and none beside a join.
    case membership
}

/// What steps of one kind may use, as far as running and showing them needs it.
package protocol StepContext: Sendable {
    var time: any TimeSource { get }
    var redactor: Redactor { get }
    /// The engine that messages name.
    var engine: Engine { get }
    /// How many members may join at the same time, as far as is known by now.
    var joinsAtOnce: Int { get }
    /// Sentences for the user once the plan has ended.
    var remarks: Remarks { get }
    /// The cluster's members, as they are now; none where it is about no cluster.
    func memberNames() async -> [String]
    /// The name of the provider whose machines a plan works on; `nil` where it has none.
    var providerName: String? { get }
    /// How long the step takes as a rule.
    func expectedDuration(of step: any Step<Self>) -> Duration
    /// How to read the log that tells of the step; `nil` where only the run's own log does.
    func logHint(for step: any Step<Self>) -> String?
    /// The failure with the last lines of the log that says why.
    func explained(_ failure: Failure, of step: any Step<Self>) async -> Failure
}

extension StepContext {
    package var joinsAtOnce: Int { 1 }
    package func expectedDuration(of step: any Step<Self>) -> Duration { step.expectedDuration ?? .seconds(30) }
    package func logHint(for step: any Step<Self>) -> String? { nil }
    package func memberNames() async -> [String] { [] }
    /// No machines.
    package var providerName: String? { nil }
    package func explained(_ failure: Failure, of step: any Step<Self>) async -> Failure { failure }
}
