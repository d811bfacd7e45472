import Provisioning

/// What became of a run, as data.
struct RunSummary: Encodable {
    /// A step that failed.
    struct Trouble: Encodable {
        var step: StepJSON
        var code: String
        var message: String
        var hint: String?
        /// The last lines of the log that says why.
        var log: LogEnd?
    }

    var schemaVersion = JSONForm.version
    var type = "result"
    var time: Timestamp
    var command: String
    var cluster: String
    var exitCode: Int32
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
    init(command: String, unchanged cluster: String, exitStatus: Int32, now: Int) {
        time = Timestamp(now)
        self.command = command
        self.cluster = cluster
        exitCode = exitStatus
        changed = false
        members = []
        seconds = 0
        failures = []
    }

    init(_ report: ChangeReport, _ run: ChangeReport.Run, exitStatus: Int32, now: Int) {
        time = Timestamp(now)
        command = report.command
        cluster = report.subject
        exitCode = exitStatus
        changed = !run.outcome.done.isEmpty
        members = run.members
        snapshot = report.snapshot?.text
        changes = ChangeListing.data(report.changes)
        seconds = (run.took.seconds * 1000).rounded() / 1000
        failures = run.outcome.failures.map { index, failure in
            Trouble(
                step: StepJSON(run.outline.entries[index]), code: failure.code.rawValue, message: failure.message,
                hint: failure.hint, log: failure.log)
        }
    }
}
