import Provisioning
import Synchronization

/// Says of each step that takes longer than expectedDuration where its log is, once.
final class SlowSteps: PlanObserver {
    private struct State {
        var running: [Int: Duration] = [:]
        var told: Set<Int> = []
    }

    private let state = Mutex(State())
    private let plan: Plan
    private let provider: any MachineProvider
    private let cluster: String
    /// The log of the run itself, for steps of which no log of a member's tells.
    private let runLog: String

    init(_ plan: Plan, provider: any MachineProvider, cluster: String, runLog: String) {
        self.plan = plan
        self.provider = provider
        self.cluster = cluster
        self.runLog = runLog
    }

    func observe(_ event: PlanEvent, in plan: Plan) {
        state.withLock { state in
            switch event {
            case .started(let index, let time): state.running[index] = time
            case .finished(let index, _), .failed(let index, _, _), .skipped(let index, _):
                state.running[index] = nil
            case .waiting, .blocked: break
            }
        }
    }

    /// Sentences about those that have become slow by now and were not spoken of yet.
    func sentences(at now: Duration) -> [String] {
        let slow = state.withLock { state in
            let slow = state.running.filter { index, since in
                !state.told.contains(index) && now - since > plan.entries[index].step.expectedDuration(provider)
            }.keys.sorted()
            state.told.formUnion(slow)
            return slow
        }
        return slow.map { sentence(about: plan.entries[$0].step) }
    }

    private func sentence(about step: any Step) -> String {
        var log = runLog
        if let member = step.member, let topic = step.log { log = provider.logHint(member, about: topic) }
        return "note: \(step.member?.text ?? cluster): \(step.title) takes longer than expected: see \(log)"
    }
}
