/// Runs a plan: every step as soon as those it waits for have ended as they must and its lane has room.
///
/// One failure does not hide another: what does not wait for the failed step continues, and all failures are reported.
package struct PlanRunner<Context: StepContext>: Sendable {
    private let plan: Plan<Context>
    private let outline: PlanOutline
    private let context: Context
    private let observer: any PlanObserver
    private let machinesAtOnce: Int

    /// A runner for one run of the plan.
    package init(_ plan: Plan<Context>, _ context: Context, observer: any PlanObserver, machinesAtOnce: Int) {
        self.plan = plan
        outline = PlanOutline(plan, context)
        self.context = context
        self.observer = observer
        self.machinesAtOnce = machinesAtOnce
    }

    /// Runs to the end; cancelling the task ends the running steps and leaves the rest out, except for those that run
    /// after a cancellation too.
    package func run() async -> PlanOutcome {
        await Engine.$current.withValue(context.engine) { await runAll() }
    }

    private func runAll() async -> PlanOutcome {
        var progress = Progress(plan, roomForMachines: machinesAtOnce)
        await withTaskGroup(of: (Int, Ending).self) { group in
            func startReadySteps() {
                for index in progress.takeReady(
                    stopping: Task.isCancelled, joinsAtOnce: context.joinsAtOnce)
                {
                    group.addTask { (index, await self.perform(index)) }
                }
            }
            startReadySteps()
            while let (index, ending) = await group.next() {
                progress.end(index, ending)
                startReadySteps()
            }
        }
        for index in progress.takeUncancellableSteps() {
            // A task of its own, which is not cancelled with this one.
            progress.end(index, await Task { await perform(index) }.value)
        }
        progress.outcome.blocked = (progress.outcome.blocked + progress.waiting).sorted()
        for index in progress.outcome.blocked { observer.observe(.blocked(index: index), in: outline) }
        return progress.outcome
    }

    private func perform(_ index: Int) async -> Ending {
        let step = plan.entries[index].step
        do {
            let scope = StepScope(step: step.identifier, phase: .asking)
            if try await StepScope.$current.withValue(scope, operation: { try await step.isDone(context) }) {
                observer.observe(.skipped(index: index, at: context.time.elapsed), in: outline)
                return .skipped
            }
            observer.observe(.started(index: index, at: context.time.elapsed), in: outline)
            let running = StepScope(step: step.identifier, phase: .running)
            let listener = Wait.Listener { observer.observe(.waiting(index: index, $0), in: outline) }
            try await Wait.$listener.withValue(listener) {
                try await StepScope.$current.withValue(running) { try await step.run(context) }
            }
            observer.observe(.finished(index: index, at: context.time.elapsed), in: outline)
            return .done
        } catch {
            let failure = context.redactor.redact(await context.explained(Failure(error), of: step))
            observer.observe(.failed(index: index, at: context.time.elapsed, failure), in: outline)
            return .failed(failure)
        }
    }
}

private enum Ending: Sendable {
    case done, skipped
    case failed(Failure)
}

/// Which steps wait, run and have ended.
private struct Progress<Context: StepContext> {
    private let plan: Plan<Context>
    private let roomForMachines: Int
    private(set) var waiting: [Int]
    private var satisfied: Set<Int> = []
    /// Those that have ended, well or not, or never will begin.
    private var over: Set<Int> = []
    private var busy: [Lane: Int] = [:]
    /// The order in which steps became able to begin: a lane serves them in it.
    private var queue: [Int] = []
    var outcome = PlanOutcome()

    init(_ plan: Plan<Context>, roomForMachines: Int) {
        self.plan = plan
        self.roomForMachines = max(1, roomForMachines)
        waiting = Array(plan.entries.indices)
    }

    mutating func takeReady(stopping: Bool, joinsAtOnce: Int) -> [Int] {
        block()
        let ready = waiting.filter { index in
            let entry = plan.entries[index]
            return entry.after.isSubset(of: satisfied) && entry.regardless.isSubset(of: over)
        }
        queue += ready.filter { !queue.contains($0) }
        if stopping { return [] }
        var taken: [Int] = []
        for index in queue {
            if let lane = plan.entries[index].step.lane {
                guard busy[lane, default: 0] < room(in: lane, joinsAtOnce) else { continue }
                busy[lane, default: 0] += 1
            }
            taken.append(index)
        }
        queue.removeAll { taken.contains($0) }
        waiting.removeAll { taken.contains($0) }
        return taken
    }

    /// What is left in the end and runs after a cancellation too, in the plan's order.
    mutating func takeUncancellableSteps() -> [Int] {
        let taken = waiting.filter { plan.entries[$0].evenIfCancelled }
        waiting.removeAll { taken.contains($0) }
        return taken
    }

    /// Takes out those that wait for one that failed; a step stands after those that it waits for.
    private mutating func block() {
        for index in waiting where !plan.entries[index].after.isDisjoint(with: over.subtracting(satisfied)) {
            outcome.blocked.append(index)
            over.insert(index)
        }
        waiting.removeAll { over.contains($0) }
    }

    mutating func end(_ index: Int, _ ending: Ending) {
        over.insert(index)
        if let lane = plan.entries[index].step.lane { busy[lane, default: 1] -= 1 }
        switch ending {
        case .done:
            satisfied.insert(index)
            outcome.done.append(index)
        case .skipped:
            satisfied.insert(index)
            outcome.skipped.append(index)
        case .failed(let failure): outcome.failures.append((index, failure))
        }
    }

    private func room(in lane: Lane, _ joinsAtOnce: Int) -> Int {
        switch lane {
        case .machines: roomForMachines
        case .joins: busy[.membership, default: 0] > 0 ? 0 : joinsAtOnce
        case .membership: busy[.joins, default: 0] > 0 ? 0 : 1
        }
    }
}
