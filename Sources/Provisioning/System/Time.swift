/// Time, passed in: so that tests and simulations can have a clock of their own.
package protocol TimeSource: Sendable {
    /// Time since an arbitrary moment; never goes back.
    var elapsed: Duration { get }
    /// Seconds since 1970, by the calendar.
    var secondsSince1970: Int { get }
    /// Waits; throws `CancellationError` when the task is cancelled.
    func sleep(_ duration: Duration) async throws
}

/// The clock of this machine.
package struct SystemTime: TimeSource {
    private let start = ContinuousClock.now

    /// A clock that starts now.
    package init() {}

    /// Time since this value was made.
    package var elapsed: Duration { ContinuousClock.now - start }

    package var secondsSince1970: Int { SystemCalls.secondsSince1970 }

    /// Waits on the cooperative pool, without holding a thread.
    package func sleep(_ duration: Duration) async throws { try await Task.sleep(for: duration) }
}

extension TimeSource {
    /// Does the work, and cancels it when that time is over: then throws `Failure.timedOut`.
    package func within<Answer: Sendable>(
        _ limit: Duration, _ work: @escaping @Sendable () async throws -> Answer
    ) async throws -> Answer {
        try await withThrowingTaskGroup(of: Answer?.self) { group in
            group.addTask { try await work() }
            group.addTask {
                try await sleep(limit)
                return nil
            }
            defer { group.cancelAll() }
            guard let first = try await group.next(), let answer = first else {
                throw Failure(.timedOut, "no answer within \(limit.brief)")
            }
            return answer
        }
    }
}

extension Duration {
    package var seconds: Double {
        let (seconds, attoseconds) = components
        return Double(seconds) + Double(attoseconds) / 1e18
    }

    /// As the user writes it: `0.4s`, `12s`, `1m20s`, `2h05m`.
    package var brief: String {
        if seconds < 10 {
            let tenths = Int((seconds * 10).rounded())
            return tenths % 10 == 0 ? "\(tenths / 10)s" : "\(tenths / 10).\(tenths % 10)s"
        }
        let whole = Int(seconds.rounded())
        if whole < 60 { return "\(whole)s" }
        let padded = { (number: Int) in number < 10 ? "0\(number)" : "\(number)" }
        if whole < 3600 { return whole % 60 == 0 ? "\(whole / 60)m" : "\(whole / 60)m\(padded(whole % 60))s" }
        return whole % 3600 < 60 ? "\(whole / 3600)h" : "\(whole / 3600)h\(padded(whole % 3600 / 60))m"
    }
}

extension Duration {
    /// How long something has lasted, roughly: `45s`, `12m`, `3h05m`, `4d`.
    package var rough: String {
        let whole = Int(seconds)
        if whole < 60 { return "\(whole)s" }
        if whole < 3600 { return "\(whole / 60)m" }
        if whole < 86_400 { return "\(whole / 3600)h" + (whole % 3600 < 600 ? "0" : "") + "\(whole % 3600 / 60)m" }
        return "\(whole / 86_400)d"
    }
}
