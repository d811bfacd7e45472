/// An answer that is asked for once, and kept.
package actor CachedValue<Answer: Sendable> {
    private var answer: Answer?

    /// Nothing asked yet.
    package init() {}

    /// The answer; an attempt that fails is made again by the next who asks.
    package func value(_ ask: @Sendable () async throws -> Answer) async throws -> Answer {
        if let answer { return answer }
        let found = try await ask()
        answer = found
        return found
    }
}
