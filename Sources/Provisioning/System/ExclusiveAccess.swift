/// Exclusive use of a file that several runs read, change and write back whole: of two at a time, one change is lost.
///
/// The lock file lies beside what it protects, so that runs with different runtime directories share it.
struct ExclusiveAccess: Sendable {
    /// How long a run waits for others.
    static let timeout: Duration = .seconds(300)
    private static let mode: UInt32 = 0o600

    private let subject: String
    private let lock: String
    private let folderMode: UInt32
    private let files: any Files
    private let time: any TimeSource

    /// Access to what `subject` names; the folder of the lock file is made where there is none.
    init(to subject: String, lock: String, folderMode: UInt32 = 0o700, files: any Files, time: any TimeSource) {
        self.subject = subject
        self.lock = lock
        self.folderMode = folderMode
        self.files = files
        self.time = time
    }

    /// Does the work while no other run has access; throws `Failure.timedOut` where another keeps it.
    func whileHeld<Answer>(_ work: () async throws -> Answer) async throws -> Answer {
        let held = try await time.wait(
            for: "another run that changes \(subject)", limit: Self.timeout, every: .milliseconds(20),
            hint: "wait until that run ends, then repeat the command; the lock is \(lock)"
        ) { try files.lock(lock, mode: Self.mode, folderMode: folderMode) }
        defer {
            // Removed while it is held: whoever waits for it creates another.
            try? files.remove(lock)
            withExtendedLifetime(held) {}
        }
        return try await work()
    }
}
