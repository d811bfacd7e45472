extension PlanContext {
    /// Does the work while no other run, whatever its cluster and runtime directory, changes the user's `lxc` remotes.
    ///
    /// The client reads its configuration, changes it, and writes it whole. The lock is in the folder that it protects.
    func withClientLock<Answer>(_ work: () async throws -> Answer) async throws -> Answer {
        if StepScope.isReview { return try await work() }
        let configuration = clientConfiguration
        try files.makeFolder(configuration.folder, mode: ClientConfiguration.folderMode)
        return try await ExclusiveAccess(
            to: "the remotes of \(engine.client)", lock: configuration.lock, files: files, time: time
        ).whileHeld(work)
    }
}
