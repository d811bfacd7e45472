extension PlanContext {
    /// How long a run waits for others that change the client's remotes.
    private static var patience: Duration { .seconds(300) }

    /// Does the work while no other run, of whatever cluster, changes the remotes of the person's client.
    ///
    /// The client reads its configuration, changes it, and writes it whole: of two at a time, one is lost.
    func whileAloneWithClient<Answer>(_ work: () async throws -> Answer) async throws -> Answer {
        let path = ClusterFolder.clientLock(in: folder.runtime)
        let lock = try await time.wait(
            for: "another run to end with the remotes of \(engine.client)", limit: Self.patience,
            every: .milliseconds(20)
        ) { try files.lock(path, mode: ClusterFolder.fileMode) }
        defer {
            // Removed while it is held: who waits for it makes one anew.
            if !StepScope.isReview { try? files.remove(path) }
            withExtendedLifetime(lock) {}
        }
        return try await work()
    }
}
