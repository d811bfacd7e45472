import Provisioning

/// What became of a run, as data; `version` is raised when the form changes so that a reader would notice.
struct RunSummary: Encodable {
    /// A step that failed.
    struct Trouble: Encodable {
        var step: String
        var code: String
        var message: String
        var hint: String?
        /// The last lines of the log that says why.
        var log: LogEnd?
    }

    var version = 1
    var command: String
    var cluster: String
    var exitStatus: Int32
    /// Whether anything was changed.
    var changed: Bool
    var members: [String]
    /// The snapshot that it was about, if it was about one.
    var snapshot: String?
    /// What became of each object, where the run was about a unit.
    var changes: [ChangeListing.Item]?
    var seconds: Double
    var failures: [Trouble]

    /// A run that found nothing to do, or was not allowed to.
    init(command: String, unchanged cluster: ClusterName, exitStatus: Int32) {
        self.command = command
        self.cluster = cluster.text
        self.exitStatus = exitStatus
        changed = false
        members = []
        seconds = 0
        failures = []
    }

    init(
        command: String, state: ClusterState, plan: Plan, outcome: PlanOutcome, exitStatus: Int32, took: Duration,
        snapshot: SnapshotName?
    ) {
        self.command = command
        cluster = state.name.text
        self.exitStatus = exitStatus
        changed = !outcome.done.isEmpty
        self.snapshot = snapshot?.text
        members = state.members.map(\.name.text)
        seconds = (took.seconds * 1000).rounded() / 1000
        failures = outcome.failures.map { index, failure in
            Trouble(
                step: plan.entries[index].step.identifier, code: failure.code.rawValue, message: failure.message,
                hint: failure.hint, log: failure.log)
        }
    }
}
