import Provisioning
import Synchronization

/// A line for every step that ends, without escape codes: for pipes, files and CI.
final class PlainLines: PlanObserver {
    private let began = Mutex<[Int: Duration]>([:])
    private let terminal: Terminal
    private let cluster: String

    init(cluster: String, terminal: Terminal) {
        self.cluster = cluster
        self.terminal = terminal
    }

    func observe(_ event: PlanEvent, in plan: PlanOutline) {
        switch event {
        case .started(let index, let time): began.withLock { $0[index] = time }
        case .waiting, .skipped, .blocked: break
        case .finished(let index, let time): say(.done, index, time, plan, "")
        case .failed(let index, let time, let failure): say(.failed, index, time, plan, ": \(failure.message)")
        }
    }

    private func say(_ mark: Terminal.Mark, _ index: Int, _ time: Duration, _ plan: PlanOutline, _ rest: String) {
        let step = plan.entries[index]
        let start = began.withLock { $0[index] } ?? time
        terminal.say(
            "\(terminal.mark(mark)) \(step.member?.text ?? cluster): \(step.title) (\((time - start).brief))\(rest)")
    }
}

/// Several who are told, each in turn.
struct CompositeObserver: PlanObserver {
    let all: [any PlanObserver]

    func observe(_ event: PlanEvent, in plan: PlanOutline) {
        for observer in all { observer.observe(event, in: plan) }
    }
}
