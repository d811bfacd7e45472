import Provisioning
import Synchronization

/// A step that does what a test says.
struct TestStep: Step {
    var title: String
    var member: MemberName?
    var lane: Lane?
    var log: MachineLog.Topic?
    var done = false
    var work: @Sendable (PlanContext) async throws -> Void = { _ in }

    func isDone(_ context: PlanContext) async throws -> Bool { done }
    func run(_ context: PlanContext) async throws { try await work(context) }
}

/// Remembers what happened to which step, `started a`.
final class EventLog: PlanObserver {
    private let entries = Mutex<[String]>([])
    var all: [String] { entries.withLock { $0 } }

    func observe(_ event: PlanEvent, in plan: PlanOutline) {
        let (word, index) =
            switch event {
            case .started(let index, _): ("started", index)
            case .waiting(let index, let wait): (wait.map { "waits for \($0.what) in" } ?? "waits no more in", index)
            case .skipped(let index, _): ("skipped", index)
            case .finished(let index, _): ("finished", index)
            case .failed(let index, _, _): ("failed", index)
            case .blocked(let index): ("blocked", index)
            }
        entries.withLock { $0.append("\(word) \(plan.entries[index].title)") }
    }
}

/// Named flags that tasks can wait for.
actor Flags {
    private var raised: Set<String> = []
    private var waiting: [String: [CheckedContinuation<Void, Never>]] = [:]

    func raise(_ name: String) {
        raised.insert(name)
        for continuation in waiting.removeValue(forKey: name) ?? [] { continuation.resume() }
    }

    func wait(_ name: String) async {
        if raised.contains(name) { return }
        await withCheckedContinuation { waiting[name, default: []].append($0) }
    }
}

/// Counts who is in at a time.
final class Crowd: Sendable {
    private let state = Mutex((now: 0, most: 0))
    var most: Int { state.withLock { $0.most } }
    var now: Int { state.withLock { $0.now } }
    func enter() {
        state.withLock {
            $0.now += 1
            $0.most = max($0.most, $0.now)
        }
    }
    func leave() { state.withLock { $0.now -= 1 } }
}
