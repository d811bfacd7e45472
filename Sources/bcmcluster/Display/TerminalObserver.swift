import Provisioning

/// Shows what an operation tells: sentences, and plans while they run.
struct TerminalObserver: OperationObserver {
    let terminal: Terminal
    /// Whether what happens goes to standard output, as lines of JSON.
    let streams: Bool
    let time: any TimeSource
    let timeline: any PlanObserver
    let interruption: Interruption

    func say(_ message: String) {
        terminal.note(message)
        if streams { ProgressLines.note(message, on: terminal, time) }
    }

    func preview(_ changes: [UnitChange]) {
        if !streams, !terminal.isQuiet { ChangeListing.lines(changes).forEach(terminal.say) }
    }

    func whileShowing(
        _ run: PlanRun, _ work: @escaping @Sendable (any PlanObserver) async -> PlanOutcome
    ) async -> PlanOutcome {
        timeline.begin(run.outline)
        if streams {
            let lines = ProgressLines(run, terminal: terminal, time: time)
            return await watching(run, with: [lines], saying: say, work)
        }
        if terminal.isQuiet { return await work(timeline) }
        ChangeListing.lines(run.changes).forEach(terminal.say)
        guard terminal.isLive else {
            let lines = PlainLines(cluster: run.subject, terminal: terminal)
            return await watching(run, with: [lines], saying: { terminal.say($0) }, work)
        }
        let table = LiveTable(
            run.outline, cluster: run.subject, outcome: run.rowOutcome, terminal: terminal, time: time)
        let drawing = Task { await table.drawUntilCancelled() }
        let outcome = await watching(run, with: [table], saying: table.say, work)
        drawing.cancel()
        await drawing.value
        table.draw(isLast: true)
        return outcome
    }

    func whileHandingOver<Answer: Sendable>(
        _ work: @Sendable () async throws -> Answer
    ) async throws -> Answer { try await interruption.whileIgnoring(2) { try await work() } }

    /// Does the work, and says of steps that take longer than usual where their logs are.
    private func watching(
        _ run: PlanRun, with observers: [any PlanObserver], saying say: @escaping @Sendable (String) -> Void,
        _ work: @escaping @Sendable (any PlanObserver) async -> PlanOutcome
    ) async -> PlanOutcome {
        let slow = SlowSteps(run)
        let time = time
        let watching = Task {
            while (try? await time.sleep(.seconds(1))) != nil { slow.sentences(at: time.elapsed).forEach(say) }
        }
        let outcome = await work(CompositeObserver(all: observers + [slow, timeline]))
        watching.cancel()
        await watching.value
        return outcome
    }
}
