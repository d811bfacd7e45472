import FoundationEssentials
import Provisioning
import Testing

@Suite struct ClusterLockTests {
    private let home: TemporaryFolder
    private let folder: ClusterFolder

    init() throws {
        home = try TemporaryFolder()
        folder = ClusterFolder(runtime: home.path, cluster: try ClusterName("DEV"))
    }

    private func take(_ command: String, _ time: any TimeSource = VirtualTime()) throws -> ClusterLock {
        try ClusterLock(folder, command: command, files: LocalFiles(), time: time)
    }

    @Test func theSecondIsToldWhoHoldsIt() async throws {
        let time = VirtualTime()
        let first = try take("up -c DEV", time)
        time.advance(.seconds(80))
        let failure = try #require(throws: Failure.self) { try take("destroy -c DEV", time) }
        #expect(failure.code == .locked)
        #expect(failure.exitStatus == 1)
        #expect(failure.message.contains("process \(SystemCalls.processNumber) (up -c DEV, for 1m20s)"))
        #expect(try await first.whileHeld { 7 } == 7)
    }

    @Test func isFreeAgainAfterwards() async throws {
        let first = try take("up -c DEV")
        try await first.whileHeld {}
        _ = consume first
        _ = try take("destroy -c DEV")
    }

    @Test func isTakenOverFromOneThatIsGone() async throws {
        try LocalFiles().makeFolder(folder.path, mode: 0o700)
        let gone = ClusterLock.Holder(process: 999_999, command: "up -c DEV", since: 1)
        try LocalFiles().write(
            String(decoding: try JSONEncoder().encode(gone), as: UTF8.self), to: folder.lock, mode: 0o600)
        let lock = try take("destroy -c DEV")
        let text = try #require(try LocalFiles().read(folder.lock))
        let holder = try JSONDecoder().decode(ClusterLock.Holder.self, from: Data(text.utf8))
        #expect(
            holder
                == ClusterLock.Holder(process: SystemCalls.processNumber, command: "destroy -c DEV", since: 1_000_000))
        _ = consume lock
    }

    @Test func aNoteThatCannotBeReadNamesAnotherRun() throws {
        let lock = try take("up -c DEV")
        try LocalFiles().write("garbage", to: home.path + "/x", mode: 0o600)
        let inPlace = try #require(try FileLock.take(home.path + "/x", mode: 0o600))
        #expect(try FileLock.take(home.path + "/x", mode: 0o600) == nil)
        _ = (consume lock, consume inPlace)
    }

    @Test func aLockWhoseFileWasRemovedDoesNotCount() throws {
        let path = home.path + "/lock"
        let first = try #require(try FileLock.take(path, mode: 0o600))
        try LocalFiles().remove(path)
        let second = try #require(try FileLock.take(path, mode: 0o600))
        _ = (consume first, consume second)
    }
}
