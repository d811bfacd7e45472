/// What a change does, decided once its lock is held.
struct PlannedChange<Context: StepContext>: Sendable {
    var plan: Plan<Context>
    var context: Context
    /// The first line of a dry run; `nil` names the command.
    var headline: String?
    /// What a row of the table says when nothing is left to do.
    var rowOutcome = "done"
    /// Said before the plan runs.
    var announcement: [String] = []
    /// What came up before the plan.
    var remarks: [String] = []
    var confirmation: Confirmation?
    /// What becomes of each object of a unit.
    var changes: [UnitChange] = []
    /// The snapshot that it is about.
    var snapshot: SnapshotName?
    /// Whether nothing is left out that was wanted.
    var isComplete = true
    /// What is left to the user.
    var left: [String] = []
    /// Whether what follows is done though something is left out here.
    var continuesIncomplete = false
    /// What was done, from whether anything was changed and how long it took.
    var summary: @Sendable (_ outcome: PlanOutcome, _ took: Duration) async throws -> [String] = { _, _ in [] }
    /// What is decided and done once this has ended well, one after the other, under the same lock; `nil` where nothing is.
    var following: [@Sendable (AppContext) async throws -> PlannedChange?] = []
    /// What continues a run that has not ended well, where the same command does not simply do so.
    var resume: @Sendable (PlanOutcome) async throws -> String? = { _ in nil }
}

/// What is decided under the lock: a change, or that there is none to make.
enum Decision<Context: StepContext>: Sendable {
    case change(PlannedChange<Context>)
    case ended(ChangeReport)
}

/// A request to change a cluster: whose phases are the same for all.
struct ChangeRequest: Sendable {
    let cluster: ClusterName
    /// The command, as a user types it.
    let command: String
    /// What stands behind the command and the cluster.
    var operands: [String] = []
    let options: OperationOptions
    /// Whether the cluster may be one that there is not yet.
    var creates = false
    /// Whether it makes room, and so runs without a log where there is none for one.
    var makesRoom = false

    /// The whole line, as a user would type it again.
    var line: String { "bcmcluster " + ([command, "-c \(cluster)"] + operands).joined(separator: " ") }
}

extension AppContext {
    /// Changes a cluster: takes its lock, decides, asks, runs and reports; in a dry run decides and reviews, without a lock.
    ///
    /// What `decide` throws leaves nothing behind: neither a folder that was made for the lock, nor a log in it.
    func change(
        _ request: ChangeRequest, _ decide: @Sendable (AppContext) async throws -> Decision<PlanContext>
    ) async throws -> ChangeReport {
        if recorder != nil {
            switch try await decide(self) {
            case .ended(let report): return report
            case .change(let change):
                let headline = "Plan of bcmcluster \(request.command) -c \(request.cluster)."
                return try await Engine.$current.withValue(change.context.engine) {
                    try await review(
                        change, command: request.command, subject: request.cluster.text, headline: headline)
                }
            }
        }
        let folder = folder(request.cluster)
        // Before anything is made in it: what is there and is no folder of ours is left alone.
        try folder.check(files)
        let isRuntimeNew = try files.kind(of: runtime) == nil
        let queue = LockQueue(
            folder: folder, command: "\(request.command) -c \(request.cluster)", creates: request.creates, files: files,
            time: time)
        let lock =
            try await request.options.waitsForLock ? queue.afterOthers { say("waiting: \($0.message)") } : queue.now()
        return try await lock.whileHeld {
            let log: RunLog?
            do { log = try openLog(folder, command: request.command.replacing(" ", with: "-")) } catch let failure
                as Failure where request.makesRoom
            {
                say("note: no log is written: \(failure.message)")
                log = nil
            }
            let app = log.map(logging) ?? self
            do {
                switch try await decide(app) {
                case .ended(let report): return report
                case .change(let change):
                    // Of a cluster that is made now nobody could know it before.
                    return try await Engine.$current.withValue(change.context.engine) {
                        try await app.run(
                            change, command: request.command, subject: request.cluster.text,
                            resume: "re-run \(request.line) to resume",
                            machinesAtOnce: change.context.provider.machinesAtOnce(request.options.parallel), log: log)
                    }
                }
            } catch {
                // Of a cluster of which nothing is kept but this log, that log says nothing.
                if try folder.contents(files) == [folder.logs], try files.names(in: folder.logs).count == 1 {
                    try folder.remove(files)
                    if isRuntimeNew { try files.removeEmptyFolder(runtime) }
                }
                throw error
            }
        }
    }

    /// Changes a cluster that is there, and neither half destroyed nor, unless that `finishesIncompleteRestore`, half restored.
    func changeExisting(
        _ request: ChangeRequest, purges: Bool = false, finishesIncompleteRestore: Bool = false,
        _ decide: @escaping @Sendable (ClusterState, PlanContext) async throws -> PlannedChange<PlanContext>
    ) async throws -> ChangeReport {
        // Said before the lock of a cluster that there is not.
        _ = try usable(request.cluster, finishesIncompleteRestore: finishesIncompleteRestore)
        return try await change(request) { app in
            let state = try app.usable(request.cluster, finishesIncompleteRestore: finishesIncompleteRestore)
            let provider = try app.provider(for: state, purges: purges)
            let remarks = try await app.check(provider, for: state)
            let context = app.context(state, provider: provider, limits: request.options.limits)
            var change = try await decide(state, context)
            change.remarks = remarks + change.remarks
            return .change(change)
        }
    }

    /// The state of a cluster that can be changed.
    private func usable(_ name: ClusterName, finishesIncompleteRestore: Bool) throws -> ClusterState {
        let state = try existing(name)
        guard state.isDeleting != true else {
            throw Failure(
                .conflict, "deletion of \(name) is incomplete",
                hint:
                    "finish it with bcmcluster destroy -c \(name), or recreate the cluster with bcmcluster up -c \(name)"
            )
        }
        if !finishesIncompleteRestore || state.importing != nil, let failure = state.incompleteRestoreFailure {
            throw failure
        }
        return state
    }

    /// Changes something that no cluster's lock protects: decides, asks, runs and reports, or reviews.
    func changeOutsideClusters(
        _ change: PlannedChange<HostContext>, command: String, subject: String, resume: String
    ) async throws -> ChangeReport {
        if recorder != nil {
            return try await review(
                change, command: command, subject: subject, headline: "Plan of bcmcluster \(command) \(subject).")
        }
        let report = try await run(
            change, command: command, subject: subject, resume: resume, machinesAtOnce: 1, log: nil)
        // Of one step's failure there is nothing more to report.
        try report.check()
        return report
    }

    /// What stands for hosts and VMs outside clusters in a plan.
    var hostContext: HostContext { HostContext(time: time, redactor: redactor, files: files, hosts: hosts) }

    private func review<Context>(
        _ change: PlannedChange<Context>, command: String, subject: String, headline: String
    ) async throws -> ChangeReport {
        guard let recorder else { throw Failure(.conflict, "\(command) is not a dry run") }
        var review = try await PlanReview(change.plan, change.context, recorder)
        review.notes = change.remarks + change.context.remarks.all + review.notes
        for decide in change.following {
            let next: PlannedChange<Context>?
            // What depends on what the run does before it cannot be planned yet.
            do { next = try await decide(self) } catch is UnknownInDryRun { next = nil }
            guard let next else { continue }
            let other = try await PlanReview(next.plan, next.context, recorder)
            review.items += other.items
            for note in next.remarks + next.context.remarks.all + other.notes where !review.notes.contains(note) {
                review.notes.append(note)
            }
        }
        return ChangeReport(
            command: command, subject: subject, result: .reviewed(review, headline: change.headline ?? headline),
            changes: change.changes, snapshot: change.snapshot)
    }

    /// Asks, and runs the plan; what it has done is reported also where the task was cancelled.
    private func run<Context>(
        _ change: PlannedChange<Context>, command: String, subject: String, resume: String, machinesAtOnce: Int,
        log: RunLog?
    ) async throws -> ChangeReport {
        var report = ChangeReport(
            command: command, subject: subject, result: .declined, changes: change.changes, snapshot: change.snapshot,
            isComplete: change.isComplete, left: change.left)
        change.announcement.forEach(say)
        if let confirmation = change.confirmation {
            observer.preview(change.changes)
            if try await !confirm(confirmation) { return report }
        }
        try Task.checkCancellation()
        let outline = PlanOutline(change.plan, change.context)
        let shown = PlanRun(
            outline: outline, subject: subject, rowOutcome: change.rowOutcome,
            changes: change.confirmation == nil ? change.changes : [], log: log?.path)
        let start = time.elapsed
        let outcome = await observer.whileShowing(shown) {
            await PlanRunner(change.plan, change.context, observer: $0, machinesAtOnce: machinesAtOnce).run()
        }
        let took = time.elapsed - start
        var run = ChangeReport.Run(
            outline: outline, outcome: outcome, took: took, log: log?.path,
            members: await change.context.memberNames(), remarks: change.remarks + change.context.remarks.all,
            summary: outcome.succeeded ? try await change.summary(outcome, took) : [],
            resume: try await change.resume(outcome) ?? resume, provider: change.context.providerName)
        for decide in change.following
        where run.outcome.succeeded && (report.isComplete || change.continuesIncomplete) {
            guard var next = try await decide(self) else { continue }
            // They were shown with the first.
            next.changes = []
            let other = try await self.run(
                next, command: command, subject: subject, resume: resume, machinesAtOnce: machinesAtOnce, log: log)
            report.isComplete = report.isComplete && other.isComplete
            report.left += other.left
            if case .ran(let other) = other.result {
                run.append(other)
            } else {
                report.isComplete = false
                report.left.append("not all was done: \(run.resume)")
            }
        }
        report.result = .ran(run)
        return report
    }

    /// Runs a plan that comes before the change itself.
    func runBefore(
        _ plan: ClusterPlan, _ context: PlanContext, _ request: ChangeRequest, resume: String,
        announcement: [String] = [], confirmation: Confirmation? = nil
    ) async throws -> ChangeReport {
        try await run(
            PlannedChange(
                plan: plan, context: context, announcement: announcement, confirmation: confirmation),
            command: request.command, subject: request.cluster.text,
            resume: resume, machinesAtOnce: context.provider.machinesAtOnce(request.options.parallel), log: nil)
    }

    /// Opens the log of a run in the cluster's folder.
    private func openLog(_ folder: ClusterFolder, command: String) throws -> RunLog {
        try files.makeFolder(folder.logs, mode: ClusterFolder.folderMode)
        let run = "\(time.secondsSince1970)-\(SystemCalls.processNumber)-\(random.identifier(length: 8))"
        return try RunLog(
            "\(folder.logs)/\(run)-\(command).log", mode: ClusterFolder.fileMode, redactor: redactor, time: time)
    }
}

extension ClusterState {
    /// What is said to whoever would start or change a cluster whose machines may be of different times.
    var incompleteRestoreFailure: Failure? {
        if let importing {
            return Failure(
                .conflict, "import of \(name) from \(importing) is incomplete",
                hint: "finish it with bcmcluster snapshot import \(Shell.quoted(importing)) -c \(name), or remove what "
                    + "there is of it with bcmcluster destroy -c \(name)")
        }
        return restoring.map { snapshot in
            Failure(
                .conflict, "restore of \(name) from the snapshot \(snapshot) is incomplete",
                hint: "finish it with bcmcluster snapshot restore -c \(name) \(snapshot)")
        }
    }
}

/// `1 member`, `2 members`.
package func counted(_ number: Int, _ thing: String) -> String { "\(number) \(thing)\(number == 1 ? "" : "s")" }
