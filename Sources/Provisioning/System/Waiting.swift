extension TimeSource {
    /// Asks until the answer is not `nil`, and returns it.
    ///
    /// - Parameters:
    ///   - what: what is waited for, to complete "timed out waiting for …".
    ///   - limit: how long at most, from now.
    ///   - interval: the pause between two questions.
    ///   - hint: what the user can do when the limit is over, for instance the log to read.
    ///   - assumed: what a dry run takes for the answer where there is none yet; without it, it asks for ten seconds.
    ///   - probe: the question; an error that it throws ends the wait, but for a command of its that took longer than the
    ///     command's own limit, which is a try that failed.
    /// - Returns: the first answer that is not `nil`.
    /// - Throws: `Failure.timedOut` after the limit; `UnknownInDryRun` in a dry run that gets no answer.
    package func wait<Answer>(
        for what: String, limit: Duration, every interval: Duration, hint: String? = nil,
        assuming assumed: Answer? = nil,
        until probe: () async throws -> Answer?
    ) async throws -> Answer {
        try await wait(for: what, limit: limit, every: interval, hint: hint, assuming: assumed) { _ in
            try await probe()
        }
    }

    /// The same for what says meanwhile how far it is: the question may change the detail that the user is told.
    package func wait<Answer>(
        for what: String, limit: Duration, every interval: Duration, hint: String? = nil,
        assuming assumed: Answer? = nil,
        until probe: (_ detail: inout String?) async throws -> Answer?
    ) async throws -> Answer {
        var wait = Wait(what: what, since: elapsed, limit: limit)
        let end = wait.since + limit
        var told: Wait?
        defer { if told != nil { Wait.listener?.tell(nil) } }
        while true {
            do {
                if let answer = try await probe(&wait.detail) { return answer }
            } catch let failure as Failure where failure.code == .timedOut && failure.command != nil {
                // One question that took too long is a try that failed; only the wait's own limit ends it.
            }
            let isReview = StepScope.isReview
            if isReview, let assumed { return assumed }
            if told != wait { Wait.listener?.tell(wait) }
            told = wait
            guard elapsed + interval < (isReview ? min(end, wait.since + .seconds(10)) : end) else {
                if isReview { throw UnknownInDryRun() }
                let detail = wait.detail.map { " (\($0))" } ?? ""
                throw Failure(.timedOut, "timed out waiting for \(what)\(detail) after \(limit.brief)", hint: hint)
            }
            try await sleep(interval)
        }
    }

    /// Does what takes its time in one piece, and tells meanwhile that it is waited for.
    func telling<Answer>(
        of what: String, limit: Duration, while work: () async throws -> Answer
    ) async rethrows -> Answer {
        Wait.listener?.tell(Wait(what: what, since: elapsed, limit: limit))
        defer { Wait.listener?.tell(nil) }
        return try await work()
    }
}
