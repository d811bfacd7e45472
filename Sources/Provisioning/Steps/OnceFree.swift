extension PlanContext {
    /// Changes an instance once LXD has let go of it.
    ///
    /// LXD goes on with what a run began that was killed since, and refuses other changes meanwhile: the instance is busy.
    ///
    /// - Parameters:
    ///   - instance: its name.
    ///   - limit: how long LXD may take.
    ///   - change: what is tried until LXD lets it be done.
    /// - Throws: what the change throws for another reason, or a `Failure` with the code `timedOut`.
    func onceFree(
        _ instance: String, limit: Duration = .seconds(60), _ change: @Sendable () async throws -> Void
    ) async throws {
        _ = try await time.wait(for: "LXD to let go of \(instance)", limit: limit, every: .milliseconds(300)) {
            do {
                try await change()
                return true
            } catch let failure as Failure where failure.output?.contains("busy") ?? false {
                return nil
            }
        }
    }
}
