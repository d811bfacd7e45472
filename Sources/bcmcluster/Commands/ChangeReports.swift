import Provisioning

/// Shows what became of an operation that changes something.
extension Session {
    /// Does the operation, shows its report, and returns the exit status.
    func perform(_ operation: some Operation<ChangeReport>) async throws -> Int32 {
        try show(try await operation.run(in: app))
    }

    /// Shows a report, and returns the exit status.
    func show(_ report: ChangeReport) throws -> Int32 {
        switch report.result {
        case .reviewed(let review, let headline):
            try show(review, headline, report)
            return 0
        case .nothing(let sentence):
            tell(sentence)
            return try unchanged(report, 0)
        case .declined:
            tell("nothing was changed")
            return try unchanged(report, 1)
        case .ran(let run): return try show(run, report)
        }
    }

    private func show(_ review: PlanReview, _ headline: String, _ report: ChangeReport) throws {
        if invocation.isJSON {
            var data = ReviewJSON(review, command: report.command, cluster: report.subject, redactor: app.redactor)
            data.changes = ChangeListing.data(report.changes)
            terminal.result(try JSONText.text(data))
        } else {
            terminal.result(
                ReviewText(
                    review: review, headline: headline, redactor: app.redactor,
                    changes: ChangeListing.lines(report.changes)
                ).text)
        }
    }

    /// Says a sentence to the user, and to who reads the run's lines of JSON.
    private func tell(_ sentence: String, after prefix: String = "", isNote: Bool = false) {
        if isNote { terminal.note(prefix + sentence) } else { terminal.say(prefix + sentence) }
        if invocation.streamsJSON { ProgressLines.note(app.redactor.redact(sentence.trimmed), on: terminal, time) }
    }

    /// Says as data that nothing was changed; why, the user has been told.
    private func unchanged(_ report: ChangeReport, _ status: Int32) throws -> Int32 {
        if invocation.isDryRun, invocation.isJSON {
            try show(PlanReview(items: [], notes: []), "", report)
        } else if invocation.isJSON {
            terminal.line(
                RunSummary(
                    command: report.command, unchanged: report.subject, exitStatus: status,
                    now: time.secondsSince1970))
        }
        return status
    }

    private func show(_ run: ChangeReport.Run, _ report: ChangeReport) throws -> Int32 {
        var status = say(run)
        if status == 0, !report.isComplete { status = 4 }
        if let file = try invocation.timeline() {
            let picture = timeline.timeline(
                of: run.outline, command: report.command, cluster: report.subject, provider: run.provider,
                date: time.secondsSince1970 - Int(run.took.seconds), endedAt: time.elapsed, took: run.took)
            try LocalFiles().write(file.text(picture), to: file.path, mode: 0o644)
        }
        run.summary.prefix(1).forEach(terminal.say)
        run.summary.dropFirst().forEach(terminal.note)
        report.left.forEach { tell($0, isNote: false) }
        if invocation.isJSON {
            let summary = RunSummary(report, run, exitStatus: status, now: time.secondsSince1970)
            terminal.result(app.redactor.redact(try JSONText.text(summary, isCompact: true)))
        }
        return status
    }

    /// Says what failed and how to continue.
    private func say(_ run: ChangeReport.Run) -> Int32 {
        for remark in run.remarks { tell(remark, after: "note: ", isNote: true) }
        if let signal = interruption.signal {
            terminal.say("interrupted: \(run.resume)")
            return 128 + signal
        }
        if run.outcome.succeeded { return 0 }
        for (index, failure) in run.outcome.failures where failure.code != .interrupted {
            var named = failure
            named.message = "\(run.outline.entries[index].titleForUsers): \(failure.message)"
            terminal.say(named)
        }
        terminal.say(run.resume + (run.log.map { "; the log is \($0)" } ?? ""))
        return run.outcome.failures.map(\.failure.exitStatus).max() ?? 1
    }
}
