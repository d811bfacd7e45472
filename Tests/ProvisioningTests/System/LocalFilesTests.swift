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

    /// Version 0.1 wrote to a name that could be guessed, and removed what was there.
    @Test func whatIsPlantedBesideTheTargetIsNotTouched() throws {
        let path = "\(home.path)/f"
        let planted = "\(path).\(getpid()).new"
        try files.write("theirs", to: "\(home.path)/theirs", mode: 0o600)
        symlink("\(home.path)/theirs", planted)
        try files.write("ours", to: path, mode: 0o600)
        #expect(try files.read(path) == "ours")
        #expect(try files.read("\(home.path)/theirs") == "theirs")
        #expect(try files.kind(of: planted) == .link)
    }

    /// Somebody who guesses the name all the same gains nothing by it.
    @Test func aTemporaryNameThatIsTakenIsNotUsed() throws {
        let path = "\(home.path)/f"
        let taken = "\(path).\(FixedRandom().identifier(length: 16)).new"
        symlink("\(home.path)/nowhere", taken)
        let failure = try #require(throws: Failure.self) {
            try TemporaryFile.create(for: path, mode: 0o600, random: FixedRandom())
        }
        #expect(failure.message.contains("could not write \(path)"))
        #expect(try files.names(in: home.path) == [String(taken.dropFirst(home.path.count + 1))])
    }

    @Test func whatKilledRunsLeftIsRemovedAndNothingElse() throws {
        let left = ["f.0123456789abcdef.new", "f.4242.new", "g.4242.new"]
        let others = ["f", "f.new", "f.0123.old", "f.x4242.new", "f.0123456789abcdef0.new"]
        for name in left + others { try files.write("x", to: "\(home.path)/\(name)", mode: 0o600) }
        symlink("f", "\(home.path)/f.77.new")
        try files.removeTemporaryFiles(in: home.path, for: "\(home.path)/f")
        #expect(try Set(files.names(in: home.path)) == Set(others + ["g.4242.new", "f.77.new"]))
        try files.removeTemporaryFiles(in: home.path)
        #expect(try Set(files.names(in: home.path)) == Set(others + ["f.77.new"]))
    }

    @Test func onlyAnEmptyFolderIsRemovedForBeingEmpty() throws {
        try files.makeFolder("\(home.path)/a/b", mode: 0o700)
        try files.removeEmptyFolder("\(home.path)/a")
        #expect(try files.names(in: "\(home.path)/a") == ["b"])
        try files.removeEmptyFolder("\(home.path)/a/b")
        try files.removeEmptyFolder("\(home.path)/a")
        try files.removeEmptyFolder("\(home.path)/a")
        #expect(try files.names(in: home.path).isEmpty)
        try files.write("x", to: "\(home.path)/f", mode: 0o600)
        #expect(throws: Failure.self) { try files.removeEmptyFolder("\(home.path)/f") }
        symlink("nowhere", "\(home.path)/link")
        #expect(throws: Failure.self) { try files.removeEmptyFolder("\(home.path)/link") }
    }

    /// A run that comes up makes its folder while another that goes removes the empty one above.
    @Test func foldersAreMadeWhileOthersRemoveEmptyOnes() async throws {
        let base = home.path
        try await withThrowingTaskGroup(of: Void.self) { group in
            for number in 0..<8 {
                group.addTask {
                    let files = LocalFiles()
                    for _ in 0..<300 {
                        await Task.yield()
                        let folder = "\(base)/clusters/\(number)"
                        try files.makeFolder(folder, mode: 0o700)
                        try files.write("x", to: "\(folder)/f", mode: 0o600)
                        #expect(try files.read("\(folder)/f") == "x")
                        try files.remove(folder)
                        try files.removeEmptyFolder("\(base)/clusters")
                    }
                }
            }
            try await group.waitForAll()
        }
        #expect(try files.names(in: base).isEmpty)
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
        #expect(failure.exitStatus == 3 && failure.message.contains("\(home.path)/f is not a folder"))
        let folder = try #require(throws: Failure.self) { try files.read(home.path) }
        #expect(folder.exitStatus == 3)
    }

    /// A full disk, no right to write and the like are the user's to repair: exit status 3, and the way out.
    @Test(arguments: [ENOSPC, EDQUOT, EACCES, EPERM, EROFS])
    func whatAPersonCanMendIsMissing(_ number: Int32) {
        errno = number
        let failure = Failure(could: "write", "/p/f")
        #expect(failure.exitStatus == 3 && failure.message.hasPrefix("could not write /p/f: ") && failure.hint != nil)
    }

    @Test func otherTroubleIsAFailure() {
        errno = EIO
        #expect(Failure(could: "read", "/p/f").exitStatus == 1)
    }
}
