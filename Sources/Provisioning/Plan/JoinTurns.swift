import Synchronization

/// Turns of the members that join: as many at a time as the cluster's engine bears; and one that repeats a join which
/// failed beside others has the cluster to itself.
final class JoinTurns: Sendable {
    private struct State {
        var atOnce = 1
        var running = 0
        var isTakenAlone = false
        var waiting: [(alone: Bool, continuation: CheckedContinuation<Void, Never>)] = []

        /// Takes a turn if there is one.
        mutating func take(alone: Bool) -> Bool {
            guard !isTakenAlone, running < (alone ? 1 : atOnce) else { return false }
            running += 1
            isTakenAlone = alone
            return true
        }

        /// Those that wait and have got a turn, in the order in which they came.
        mutating func takeWaiting() -> [CheckedContinuation<Void, Never>] {
            var taken: [CheckedContinuation<Void, Never>] = []
            while let next = waiting.first, take(alone: next.alone) { taken.append(waiting.removeFirst().continuation) }
            return taken
        }
    }

    private let state = Mutex(State())
    /// Turns of those that look for what earlier joins have left.
    private let looks = AsyncSemaphore(atOnce: 1)

    /// How many members may join at a time: 1 until the engine's version is known.
    var atOnce: Int { state.withLock { $0.atOnce } }

    /// Allows so many joins at a time from now on.
    func allow(_ atOnce: Int) {
        let taken = state.withLock { state in
            state.atOnce = max(1, atOnce)
            return state.takeWaiting()
        }
        for continuation in taken { continuation.resume() }
    }

    /// Does the work when there is a turn for it, beside others.
    func together<Value>(_ work: () async throws -> Value) async throws -> Value {
        try await take(alone: false, work)
    }

    /// Does the work when no other has a turn; those that come later wait for its end.
    func alone<Value>(_ work: () async throws -> Value) async throws -> Value { try await take(alone: true, work) }

    /// Does the work when nobody else looks for what earlier joins have left.
    func looking<Value>(_ work: () async throws -> Value) async throws -> Value {
        let turn = await looks.take()
        do {
            let value = try await work()
            await looks.give(turn)
            return value
        } catch {
            await looks.give(turn)
            throw error
        }
    }

    private func take<Value>(alone: Bool, _ work: () async throws -> Value) async throws -> Value {
        await withCheckedContinuation { continuation in
            let taken = state.withLock { state in
                state.waiting.append((alone, continuation))
                return state.takeWaiting()
            }
            for continuation in taken { continuation.resume() }
        }
        defer {
            let taken = state.withLock { state in
                state.running -= 1
                state.isTakenAlone = false
                return state.takeWaiting()
            }
            for continuation in taken { continuation.resume() }
        }
        try Task.checkCancellation()
        return try await work()
    }
}
