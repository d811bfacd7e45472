/// The way to a cluster's lock, at once or after the runs that hold it.
package struct LockQueue: Sendable {
    /// How long a run waits for others at most.
    package static let timeout: Duration = .seconds(3600)

    private let folder: ClusterFolder
    private let command: String
    private let creates: Bool
    private let files: any Files
    private let time: any TimeSource

    /// The way to that cluster's lock for a run that was started to do `command`; one that `creates` makes the folder where
    /// there is none.
    package init(
        folder: ClusterFolder, command: String, creates: Bool = true, files: any Files, time: any TimeSource
    ) {
        self.folder = folder
        self.command = command
        self.creates = creates
        self.files = files
        self.time = time
    }

    /// Takes the lock; throws `Failure.locked`, which names the holder, where another run has it.
    package func now() throws -> ClusterLock {
        try ClusterLock(folder, command: command, creates: creates, files: files, time: time)
    }

    /// Takes the lock as soon as nobody has it; `tell` hears once who has it, if somebody does.
    package func afterOthers(_ tell: (Failure) -> Void) async throws -> ClusterLock {
        if let lock = try attempt(tell) { return lock }
        return try await time.wait(
            for: "the other run on \(folder.cluster)", limit: Self.timeout, every: .milliseconds(100),
            hint: "see what the run in \(folder.lock) is doing"
        ) {
            try attempt { _ in }
        }
    }

    private func attempt(_ tell: (Failure) -> Void) throws -> ClusterLock? {
        do {
            return try now()
        } catch let failure as Failure where failure.code == .locked {
            tell(failure)
            return nil
        }
    }
}
