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
    init(command: String, unchanged cluster: String, exitStatus: Int32) {
        self.command = command
        self.cluster = cluster
        self.exitStatus = exitStatus
        changed = false
        members = []
        seconds = 0
        failures = []
    }

    init(_ report: ChangeReport, _ run: ChangeReport.Run, exitStatus: Int32) {
        command = report.command
        cluster = report.subject
        self.exitStatus = exitStatus
        changed = !run.outcome.done.isEmpty
        members = run.members
        snapshot = report.snapshot?.text
        changes = ChangeListing.data(report.changes)
        seconds = (run.took.seconds * 1000).rounded() / 1000
        failures = run.outcome.failures.map { index, failure in
            Trouble(
                step: run.outline.entries[index].identifier, code: failure.code.rawValue, message: failure.message,
                hint: failure.hint, log: failure.log)
        }
    }
}
