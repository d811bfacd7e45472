import Testing

#if canImport(Darwin)
    import Darwin
#else
    import Glibc
#endif

@testable import Provisioning

@Suite struct LocalFilesTests {
    private let home: TemporaryFolder
    private let files = LocalFiles()

    init() throws { home = try TemporaryFolder() }

    private func mode(_ path: String) -> UInt32 {
        var status = stat()
        return stat(path, &status) == 0 ? status.st_mode & 0o7777 : 0
    }

    @Test func writesWholeAndReadsBack() throws {
        let path = "\(home.path)/f"
        #expect(try files.read(path) == nil)
        try files.write("one\n", to: path, mode: 0o600)
        try files.write("two é\n", to: path, mode: 0o600)
        #expect(try files.read(path) == "two é\n")
        #expect(try files.names(in: home.path) == ["f"], "nothing temporary is left")
    }

    @Test(arguments: [0o000, 0o022, 0o077, 0o377] as [mode_t])
    func modesHoldUnderAnyUmask(_ mask: mode_t) throws {
        let before = umask(mask)
        defer { umask(before) }
        try files.makeFolder("\(home.path)/a/b", mode: 0o700)
        try files.write("x", to: "\(home.path)/a/b/f", mode: 0o600)
        #expect(mode("\(home.path)/a") == 0o700 && mode("\(home.path)/a/b") == 0o700)
        #expect(mode("\(home.path)/a/b/f") == 0o600)
    }

    /// The mode is there from the first moment: the file that is renamed has it, and what was there before does not matter.
    @Test func anOpenFileIsReplacedByAClosedOne() throws {
        let path = "\(home.path)/f"
        try files.write("old", to: path, mode: 0o644)
        try files.write("new", to: path, mode: 0o600)
        #expect(mode(path) == 0o600)
    }

    @Test func whatAKilledRunLeftIsNotInTheWay() throws {
        let path = "\(home.path)/f"
        try files.write("half", to: "\(path).\(getpid()).new", mode: 0o600)
        try files.write("whole", to: path, mode: 0o600)
        #expect(try files.read(path) == "whole")
        #expect(try files.names(in: home.path) == ["f"])
    }

    @Test func aLinkIsReplacedAndNotFollowed() throws {
        try files.write("theirs", to: "\(home.path)/theirs", mode: 0o600)
        symlink("\(home.path)/theirs", "\(home.path)/f")
        try files.write("ours", to: "\(home.path)/f", mode: 0o600)
        #expect(try files.read("\(home.path)/theirs") == "theirs")
        #expect(try files.kind(of: "\(home.path)/f") == .file)
    }

    @Test func removingDoesNotFollowLinks() throws {
        try files.makeFolder("\(home.path)/a/b", mode: 0o700)
        try files.makeFolder("\(home.path)/theirs", mode: 0o700)
        try files.write("x", to: "\(home.path)/theirs/f", mode: 0o600)
        try files.write("x", to: "\(home.path)/a/b/.hidden", mode: 0o600)
        symlink("\(home.path)/theirs", "\(home.path)/a/b/link")
        try files.remove("\(home.path)/a")
        try files.remove("\(home.path)/nothing")
        #expect(try files.names(in: home.path) == ["theirs"])
        #expect(try files.read("\(home.path)/theirs/f") == "x")
    }

    @Test func tellsWhatStandsAtAPath() throws {
        symlink("nowhere", "\(home.path)/link")
        mkfifo("\(home.path)/pipe", 0o600)
        #expect(try files.kind(of: home.path) == .folder)
        #expect(try files.kind(of: "\(home.path)/link") == .link)
        #expect(try files.kind(of: "\(home.path)/pipe") == .other)
        #expect(try files.kind(of: "\(home.path)/none") == nil)
        #expect(try files.names(in: "\(home.path)/none") == [])
    }

    @Test func aFileInTheWayIsMissingRoom() throws {
        try files.write("x", to: "\(home.path)/f", mode: 0o600)
        let failure = try #require(throws: Failure.self) { try files.makeFolder("\(home.path)/f/g", mode: 0o700) }
        #expect(failure.exitStatus == 3 && failure.message.contains("\(home.path)/f is in the way"))
        let folder = try #require(throws: Failure.self) { try files.read(home.path) }
        #expect(folder.exitStatus == 3)
    }

    /// A full disk, no right to write and the like are the person's to mend: exit status 3, and the way out.
    @Test(arguments: [ENOSPC, EDQUOT, EACCES, EPERM, EROFS])
    func whatAPersonCanMendIsMissing(_ number: Int32) {
        errno = number
        let failure = Failure(could: "write", "/p/f")
        #expect(failure.exitStatus == 3 && failure.message.hasPrefix("could not write /p/f: ") && failure.remedy != nil)
    }

    @Test func otherTroubleIsAFailure() {
        errno = EIO
        #expect(Failure(could: "read", "/p/f").exitStatus == 1)
    }

    @Test func aLogThatCannotBeOpenedIsMissing() throws {
        let failure = try #require(throws: Failure.self) {
            try RunLog("\(home.path)/none/run.log", mode: 0o600, redactor: Redactor(), time: VirtualTime())
        }
        #expect(failure.exitStatus == 3 && failure.message.contains("\(home.path)/none/run.log"))
    }
}
