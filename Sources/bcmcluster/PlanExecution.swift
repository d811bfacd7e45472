import Provisioning

/// One plan, reviewed or run, with everything that the user sees of it.
struct PlanExecution {
    let plan: Plan
    let context: PlanContext
    let world: World
    let invocation: Invocation
    let cluster: ClusterName
    /// What a row of the table says when nothing is left to do.
    var rowOutcome = "ready"
    /// Remarks that came up before the plan began.
    var remarks: [String] = []
    /// The snapshot that it is about, if it is about one.
    var snapshot: SnapshotName?
    /// What becomes of each object of a unit, where the plan is about one.
    var changes: [UnitChange] = []
    /// When each step began and ended.
    let timeline = TimelineNotes()

    /// Prints what the plan would do.
    func review(_ recorder: Recorder, headline: String, command: String) async throws {
        var review = try await PlanReview(plan, context, recorder)
        review.notes = remarks + context.remarks.all + review.notes
        if invocation.isJSON {
            var data = ReviewJSON(review, command: command, cluster: cluster, redactor: world.redactor)
            data.changes = ChangeListing.data(changes)
            world.terminal.result(try JSONText.text(data))
        } else {
            let text = ReviewText(
                review: review, headline: headline, redactor: world.redactor, changes: ChangeListing.lines(changes)
            ).text
            world.terminal.result(text)
        }
    }

    /// Runs the plan; a signal cancels it.
    func run(_ log: RunLog) async throws -> PlanOutcome {
        if !invocation.isJSON { ChangeListing.lines(changes).forEach(world.terminal.say) }
        let machinesAtOnce = try await context.provider.parallel(invocation.parallel())
        guard world.terminal.isLive else {
            if invocation.isJSON { return await run([], machinesAtOnce) }
            let lines = PlainLines(cluster: cluster.text, terminal: world.terminal)
            return await run([lines], machinesAtOnce, log) { world.terminal.say($0) }
        }
        let table = LiveTable(
            plan, cluster: cluster.text, outcome: rowOutcome, terminal: world.terminal, time: world.time)
        let drawing = Task { await table.drawUntilCancelled() }
        let outcome = await run([table], machinesAtOnce, log, saying: table.say)
        drawing.cancel()
        await drawing.value
        table.draw(isLast: true)
        return outcome
    }

    /// Runs it, and says of steps that take longer than expectedDuration where their logs are.
    private func run(
        _ observers: [any PlanObserver], _ machinesAtOnce: Int, _ log: RunLog,
        saying say: @escaping @Sendable (String) -> Void
    ) async -> PlanOutcome {
        let slow = SlowSteps(plan, provider: context.provider, cluster: cluster.text, runLog: log.path)
        let time = world.time
        let watching = Task {
            while (try? await time.sleep(.seconds(1))) != nil { slow.sentences(at: time.elapsed).forEach(say) }
        }
        let outcome = await run(observers + [slow], machinesAtOnce)
        watching.cancel()
        await watching.value
        return outcome
    }

    private func run(_ observers: [any PlanObserver], _ machinesAtOnce: Int) async -> PlanOutcome {
        let all = Observers(all: observers + [timeline])
        let runner = PlanRunner(plan, context, observer: all, machinesAtOnce: machinesAtOnce)
        let running = Task { await runner.run() }
        // The plan alone is cancelled: what it has done is reported.
        return await withTaskCancellationHandler {
            await world.interruption.whileHandling(by: { running.cancel() }) { await running.value }
        } onCancel: {
            running.cancel()
        }
    }

    /// Says what failed and how to continue, or gives it as data, and returns the exit status.
    func report(
        _ command: String, _ outcome: PlanOutcome, log: RunLog, took: Duration, goOn: String, goodStatus: Int32 = 0
    ) async throws -> Int32 {
        var status = say(outcome, log: log, goOn: goOn)
        if status == 0 { status = goodStatus }
        if let file = try invocation.timeline() {
            let picture = timeline.timeline(
                of: plan, command: command, cluster: cluster.text, endedAt: world.time.elapsed, took: took)
            try world.files.write(file.text(picture), to: file.path, mode: 0o644)
        }
        if invocation.isJSON {
            var summary = RunSummary(
                command: command, state: await context.store.state, plan: plan, outcome: outcome, exitStatus: status,
                took: took, snapshot: snapshot)
            summary.changes = ChangeListing.data(changes)
            world.terminal.result(world.redactor.redact(try JSONText.text(summary)))
        }
        return status
    }

    private func say(_ outcome: PlanOutcome, log: RunLog, goOn: String) -> Int32 {
        for remark in remarks + context.remarks.all { world.terminal.say("note: \(remark)") }
        if let signal = world.interruption.signal {
            world.terminal.say("interrupted: \(goOn)")
            return 128 + signal
        }
        if outcome.succeeded { return 0 }
        for (index, failure) in outcome.failures where failure.code != .interrupted {
            var named = failure
            named.message = "\(StepName.forPeople(plan.entries[index].step)): \(failure.message)"
            world.terminal.say(named)
        }
        world.terminal.say("\(goOn); the log is \(log.path)")
        return outcome.failures.map(\.failure.exitStatus).max() ?? 1
    }
}

extension World {
    /// Says so as data, where data are wanted: of a run that has changed nothing, and why, the user has been told.
    func unchanged(_ command: String, _ name: ClusterName, _ status: Int32, _ invocation: Invocation) throws -> Int32 {
        if invocation.isJSON {
            let summary = RunSummary(command: command, unchanged: name, exitStatus: status)
            terminal.result(try JSONText.text(summary))
        }
        return status
    }

    /// Opens the log of a run in the cluster's folder.
    func openLog(_ folder: ClusterFolder, command: String) throws -> RunLog {
        try files.makeFolder(folder.logs, mode: ClusterFolder.folderMode)
        let run = "\(time.secondsSince1970)-\(SystemCalls.processNumber)-\(random.identifier(length: 8))"
        let path = "\(folder.logs)/\(run)-\(command).log"
        return try RunLog(path, mode: ClusterFolder.fileMode, redactor: redactor, time: time)
    }
}
