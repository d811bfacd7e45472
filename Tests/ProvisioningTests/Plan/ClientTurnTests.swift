import Testing

@testable import Provisioning

@Suite struct ClientTurnTests {
    /// A context whose client keeps its configuration in `lxc` below the home.
    private func context(_ home: TemporaryFolder, by clock: (any TimeSource)? = nil) throws -> PlanContext {
        try Bench(environment: ["LXD_CONF": "\(home.path)/lxc"]).context.inside(home, by: clock)
    }

    private func lock(_ home: TemporaryFolder) -> String { "\(home.path)/lxc/bcmcluster.lock" }

    @Test func theLockIsInTheFolderThatItProtects() async throws {
        let home = try TemporaryFolder()
        let context = try context(home)
        #expect(context.clientConfiguration.lock == lock(home))
        try await context.withClientLock {
            let kind = try LocalFiles().kind(of: lock(home))
            #expect(kind == .file)
        }
        #expect(try LocalFiles().names(in: home.path) == ["lxc"])
        #expect(try LocalFiles().names(in: "\(home.path)/lxc").isEmpty)
    }

    @Test func aDryRunTakesNoLockAndMakesNoFolder() async throws {
        let home = try TemporaryFolder()
        let recorder = Recorder()
        let access = ExclusiveAccess(
            to: "the remotes", lock: lock(home), files: RecordingFiles(LocalFiles(), recorder), time: SystemTime())
        try await access.whileHeld {}
        #expect(try LocalFiles().names(in: home.path).isEmpty && recorder.takeActions().isEmpty)
    }

    @Test func theLockIsGoneAfterAFailureToo() async throws {
        let home = try TemporaryFolder()
        let context = try context(home)
        await #expect(throws: Failure.self) {
            try await context.withClientLock { throw Failure(.conflict, "no") }
        }
        #expect(try LocalFiles().kind(of: lock(home)) == nil)
    }

    @Test func whoComesSecondWaitsAndGivesUpInTheEnd() async throws {
        let home = try TemporaryFolder()
        let context = try context(home)
        try LocalFiles().makeFolder("\(home.path)/lxc", mode: 0o750)
        let other = try #require(try LocalFiles().lock(lock(home), mode: 0o600))
        let failure = try await #require(throws: Failure.self) {
            try await context.withClientLock { Issue.record("two at a time") }
        }
        #expect(failure.code == .timedOut && failure.message.contains("the remotes of lxc"))
        withExtendedLifetime(other) {}
    }

    /// Each adds one to a number in a file, as the client changes its configuration: of two at a time, one is lost.
    ///
    /// By the real clock: a virtual one runs its five minutes off while the one that has the lock waits for the disk.
    @Test func nothingIsLostAmongMany() async throws {
        let home = try TemporaryFolder()
        let context = try context(home, by: SystemTime())
        let path = "\(home.path)/number"
        try LocalFiles().write("0", to: path, mode: 0o600)
        try await withThrowingTaskGroup(of: Void.self) { group in
            for _ in 0..<20 {
                group.addTask {
                    try await context.withClientLock {
                        let number = Int(try LocalFiles().read(path) ?? "") ?? 0
                        await Task.yield()
                        try LocalFiles().write("\(number + 1)", to: path, mode: 0o600)
                    }
                }
            }
            try await group.waitForAll()
        }
        #expect(try LocalFiles().read(path) == "20")
    }
}
