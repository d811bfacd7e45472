extension PlanContext {
    /// Does the work while no other run, whatever its cluster and runtime directory, changes the user's `lxc` remotes.
    ///
    /// The client reads its configuration, changes it, and writes it whole. The lock is in the folder that it protects.
    func withClientLock<Answer>(_ work: () async throws -> Answer) async throws -> Answer {
        let configuration = clientConfiguration
        return try await ExclusiveAccess(
            to: "the remotes of \(engine.client)", lock: configuration.lock, folderMode: ClientConfiguration.folderMode,
            files: files, time: time
        ).whileHeld(work)
    }
}
