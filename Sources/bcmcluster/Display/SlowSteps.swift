import Provisioning
import Synchronization

/// Says of each step that takes longer than expected where its log is, once.
final class SlowSteps: PlanObserver {
    private struct State {
        var running: [Int: Duration] = [:]
        var told: Set<Int> = []
    }

    private let state = Mutex(State())
    private let run: PlanRun

    init(_ run: PlanRun) { self.run = run }

    func observe(_ event: PlanEvent, in plan: PlanOutline) {
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
                !state.told.contains(index) && now - since > run.outline.entries[index].expectedDuration
            }.keys.sorted()
            state.told.formUnion(slow)
            return slow
        }
        return slow.map { sentence(about: run.outline.entries[$0]) }
    }

    /// Where no log of a member's tells of a step, the run's own does.
    private func sentence(about step: PlanOutline.Entry) -> String {
        let log = (step.logHint ?? run.log).map { ": see \($0)" } ?? ""
        return "note: \(step.member?.text ?? run.subject): \(step.title) takes longer than expected\(log)"
    }
}
