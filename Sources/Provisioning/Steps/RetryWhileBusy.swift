extension PlanContext {
    /// Changes an instance once LXD has let go of it.
    ///
    /// LXD continues with what a killed run began, and refuses other changes meanwhile.
    ///
    /// - Parameters:
    ///   - instance: its name.
    ///   - limit: how long LXD may take.
    ///   - change: what is tried until LXD lets it be done.
    /// - Throws: what the change throws for another reason, or a `Failure` with the code `timedOut`.
    func retryingWhileBusy(
        _ instance: String, limit: Duration = .seconds(60), _ change: @Sendable () async throws -> Void
    ) async throws {
        var refusal: Failure?
        do {
            _ = try await time.wait(
                for: "\(Engine.current.title) to release \(instance)", limit: limit, every: .milliseconds(300)
            ) {
                do {
                    try await change()
                    return true
                } catch let failure as Failure where failure.reports(EngineError.busy, .doneByAnother) {
                    refusal = failure
                    return nil
                }
            }
        } catch var failure as Failure where failure.code == .timedOut {
            (failure.command, failure.output) = (refusal?.command, refusal?.output)
            throw failure
        }
    }
}
