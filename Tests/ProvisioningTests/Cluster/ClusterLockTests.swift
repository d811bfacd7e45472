import FoundationEssentials
import Provisioning
import Testing

#if canImport(Darwin)
    import Darwin
#else
    import Glibc
#endif

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
        #expect(failure.message.contains("up -c DEV (PID \(SystemCalls.processNumber), since 1m20s)"))
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

    /// A run that found no room for the file of the lock has locked the folder, and is seen once there is room.
    @Test func theLockOfTheFolderCounts() throws {
        try LocalFiles().makeFolder(folder.path, mode: 0o700)
        let descriptor = open(folder.path, O_RDONLY | O_DIRECTORY)
        defer { close(descriptor) }
        try #require(flock(descriptor, LOCK_EX | LOCK_NB) == 0)
        #expect(ClusterLock.change(of: folder, LocalFiles(), VirtualTime()) != nil)
        #expect(try #require(throws: Failure.self) { try take("up -c DEV") }.code == .locked)
        flock(descriptor, LOCK_UN)
        #expect(ClusterLock.change(of: folder, LocalFiles(), VirtualTime()) == nil)
        let lock = try take("up -c DEV")
        _ = consume lock
    }

    @Test func aLockWhoseFileWasRemovedDoesNotCount() throws {
        let path = home.path + "/lock"
        let first = try #require(try FileLock.take(path, mode: 0o600))
        try LocalFiles().remove(path)
        let second = try #require(try FileLock.take(path, mode: 0o600))
        _ = (consume first, consume second)
    }

    /// What a write that was cut off has left goes with the next run that has the lock.
    @Test func theHolderRemovesWhatKilledRunsLeft() throws {
        let member = MemberName(folder.cluster, 0)
        let files = LocalFiles()
        for place in [folder.path, folder.snapshots, folder.endpoint(member), folder.files(member, .lxd)] {
            try files.makeFolder(place, mode: 0o700)
            try files.write("half", to: "\(place)/x.0123456789abcdef.new", mode: 0o600)
        }
        try files.write("mine", to: "\(folder.path)/notes.new", mode: 0o600)
        let lock = try take("up -c DEV")
        #expect(try files.names(in: folder.path) == ["endpoints", "lock", "notes.new", "snapshots"])
        #expect(try files.names(in: folder.snapshots).isEmpty)
        #expect(try files.names(in: folder.endpoint(member)) == ["lxd"])
        #expect(try files.names(in: folder.files(member, .lxd)).isEmpty)
        _ = consume lock
    }

    /// What a link leads to is nobody's to tidy.
    @Test func nothingIsRemovedBehindALink() throws {
        let files = LocalFiles()
        let theirs = "\(home.path)/theirs/DEV-00/x.0123456789abcdef.new"
        try files.makeFolder("\(home.path)/theirs/DEV-00", mode: 0o700)
        try files.write("theirs", to: theirs, mode: 0o600)
        try files.makeFolder(folder.path, mode: 0o700)
        symlink("\(home.path)/theirs", folder.endpoints)
        let lock = try take("up -c DEV")
        #expect(try files.read(theirs) == "theirs")
        _ = consume lock
    }

    /// A cluster goes while another, of the same runtime directory, comes: what that has written stays.
    @Test func aClusterThatGoesTakesNothingOfOthersAlong() async throws {
        let files = LocalFiles()
        let runtime = home.path
        try await withThrowingTaskGroup(of: Void.self) { group in
            for letter in ["A", "B", "C", "D"] {
                group.addTask {
                    let own = ClusterFolder(runtime: runtime, cluster: try ClusterName(letter))
                    for round in 0..<100 {
                        await Task.yield()
                        let lock = try ClusterLock(own, command: "up", files: files, time: VirtualTime())
                        try files.write("\(round)", to: own.state, mode: 0o600)
                        #expect(try files.read(own.state) == "\(round)")
                        try own.remove(files)
                        _ = consume lock
                    }
                }
            }
            try await group.waitForAll()
        }
        #expect(try files.names(in: runtime).isEmpty)
    }

    /// A run that begins the cluster again, or another one, the moment the removal has ended keeps what it has written.
    @Test func whatTheNextRunHasWrittenStays() throws {
        let files = LocalFiles()
        let lock = try take("destroy -c DEV")
        try files.makeFolder("\(folder.path)/mine", mode: 0o700)
        struct Interloper: Files {
            let base = LocalFiles()
            let folder: ClusterFolder
            func read(_ path: String) throws -> String? { try base.read(path) }
            func write(_ text: String, to path: String, mode: UInt32) throws {
                try base.write(text, to: path, mode: mode)
            }
            func makeFolder(_ path: String, mode: UInt32) throws { try base.makeFolder(path, mode: mode) }
            func kind(of path: String) throws -> FileKind? { try base.kind(of: path) }
            func names(in folder: String) throws -> [String] { try base.names(in: folder) }
            func remove(_ path: String) throws { try base.remove(path) }
            func move(_ path: String, to other: String) throws { try base.move(path, to: other) }
            func removeEmptyFolder(_ path: String) throws {
                // Between the look and the removal.
                if path == folder.path {
                    try base.write("new", to: folder.state, mode: 0o600)
                } else {
                    try base.makeFolder("\(path)/OTHER", mode: 0o700)
                    try base.write("other", to: "\(path)/OTHER/cluster.json", mode: 0o600)
                }
                try base.removeEmptyFolder(path)
            }
        }
        try folder.remove(Interloper(folder: folder))
        #expect(try files.read(folder.state) == "new")
        #expect(try files.names(in: folder.path) == ["cluster.json"])
        #expect(try files.read("\(ClusterFolder.clusters(in: home.path))/OTHER/cluster.json") == "other")
        _ = consume lock
    }
}
