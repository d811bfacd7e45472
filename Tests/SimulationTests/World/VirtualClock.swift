import Provisioning

/// A clock that moves only when nobody has anything left to do, and the one thread on which everybody does it.
///
/// All tasks of a scenario run on this executor, one job at a time, in an order that the seed decides; when all of them
/// wait, the clock jumps to the next moment for which something is scheduled. So a seed always replays the same.
/// It is used from one thread alone, which is why its state needs no lock.
final class VirtualClock: TimeSource, TaskExecutor, @unchecked Sendable {
    private(set) var elapsed: Duration = .zero
    private var jobs: [UnownedJob] = []
    private var timers = TimerQueue()
    private var dice: Dice

    init(seed: UInt64) { dice = Dice(seed &+ 77) }

    var secondsSince1970: Int { 1_700_000_000 + Int(elapsed.components.seconds) }

    func enqueue(_ job: consuming ExecutorJob) { jobs.append(UnownedJob(job)) }

    /// Does something at a later moment.
    func schedule(after delay: Duration, _ body: @escaping () -> Void) {
        timers.insert(at: elapsed + max(.zero, delay), body)
    }

    func sleep(_ duration: Duration) async throws {
        let sleeper = Sleeper()
        try await withTaskCancellationHandler {
            try await withUnsafeThrowingContinuation { continuation in
                sleeper.continuation = continuation
                if Task.isCancelled { return sleeper.wake(.failure(CancellationError())) }
                schedule(after: duration) { sleeper.wake(.success(())) }
            }
        } onCancel: {
            sleeper.wake(.failure(CancellationError()))
        }
    }

    /// Runs the work to its end; false where all wait for what never comes, or time runs away.
    func run(atMost limit: Duration, _ work: @escaping @Sendable () async -> Void) -> Bool {
        let end = Flag()
        Task(executorPreference: self) {
            await work()
            end.isRaised = true
        }
        while !end.isRaised {
            if jobs.isEmpty {
                guard let (time, body) = timers.takeFirst(), time < limit else { return false }
                elapsed = max(elapsed, time)
                body()
            } else {
                let index = jobs.count == 1 ? 0 : dice.number(0...jobs.count - 1)
                jobs.remove(at: index).runSynchronously(on: asUnownedTaskExecutor())
            }
        }
        return true
    }
}

/// Something that one task sets and the loop looks at, on the same thread.
private final class Flag: @unchecked Sendable {
    var isRaised = false
}

/// One who sleeps until the time is over or the task is cancelled, whichever comes first.
private final class Sleeper: @unchecked Sendable {
    var continuation: UnsafeContinuation<Void, any Error>?

    func wake(_ result: Result<Void, any Error>) {
        continuation?.resume(with: result)
        continuation = nil
    }
}

/// What is to be done when, earliest first; of two at one moment the one scheduled first.
private struct TimerQueue {
    private struct Entry {
        let time: Duration
        let serial: Int
        let body: () -> Void
        func isBefore(_ other: Entry) -> Bool { (time, serial) < (other.time, other.serial) }
    }

    private var heap: [Entry] = []
    private var count = 0

    mutating func insert(at time: Duration, _ body: @escaping () -> Void) {
        heap.append(Entry(time: time, serial: count, body: body))
        count += 1
        var child = heap.count - 1
        while child > 0, heap[child].isBefore(heap[(child - 1) / 2]) {
            heap.swapAt(child, (child - 1) / 2)
            child = (child - 1) / 2
        }
    }

    mutating func takeFirst() -> (Duration, () -> Void)? {
        guard let first = heap.first, let last = heap.popLast() else { return nil }
        guard !heap.isEmpty else { return (first.time, first.body) }
        heap[0] = last
        var parent = 0
        while let least = [parent * 2 + 1, parent * 2 + 2].filter({ $0 < heap.count })
            .min(by: { heap[$0].isBefore(heap[$1]) }), heap[least].isBefore(heap[parent])
        {
            heap.swapAt(parent, least)
            parent = least
        }
        return (first.time, first.body)
    }
}
