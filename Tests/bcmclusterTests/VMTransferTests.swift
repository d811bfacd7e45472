import Testing

@testable import Provisioning
@testable import bcmcluster

/// Which file goes where.
@Suite struct VMTransferTests {
    private let files = TextFiles(texts: ["notes.txt": "", "/d/notes.txt": "", "a:b": "", "folder/./x": ""])

    private func transfer(_ source: String, _ target: String, _ isRecursive: Bool = false) throws -> VMTransfer {
        try VMTransfer(from: source, to: target, isRecursive: isRecursive, files)
    }

    @Test func intoAVM() throws {
        let upload = try transfer("notes.txt", "rack1/box:to/x")
        #expect(upload.isUpload && upload.content == .file)
        #expect(upload.path == "to/x" && upload.local == "notes.txt")
        #expect(try upload.vm == VMReference("rack1/box"))
        #expect(try transfer("notes.txt", "box:").path.isEmpty)
        #expect(try transfer("folder", "box:/srv", true).content == .folder)
        #expect(try transfer("notes.txt", "box:/srv", true).content == .file)
    }

    @Test func outOfAVM() throws {
        let download = try transfer("rack1/box:/etc/hosts", "hosts")
        #expect(!download.isUpload && download.content == .file)
        #expect(download.path == "/etc/hosts" && download.local == "hosts")
        #expect(try transfer("box:a:b", "-").path == "a:b")
        #expect(try transfer("box:", "home", true).content == .either)
    }

    @Test func inAFolderHereItKeepsItsName() throws {
        #expect(try transfer("box:/etc/hosts", "new/").destination(files) == "new/hosts")
        #expect(try transfer("box:/etc/hosts", "folder").destination(files) == "folder/hosts")
        #expect(try transfer("box:/etc/hosts", "other").destination(files) == "other")
        #expect(try transfer("box:x", "-").destination(files) == "-")
    }

    @Test func foldersAreCopiedAsByCP() throws {
        #expect(try transfer("box:/srv/site/", "folder", true).folderDestination(files) == "folder/site")
        #expect(try transfer("box:/srv/site", "other", true).folderDestination(files) == "other")
        #expect(throws: Failure.self) { try transfer("box:/srv/site", "notes.txt", true).folderDestination(files) }
    }

    @Test func foldersNeedTheirFlag() throws {
        let failure = try #require(throws: Failure.self) { try transfer("folder", "box:x") }
        #expect(failure.exitStatus == 2 && failure.hint?.hasPrefix("-r ") == true)
        #expect(throws: Failure.self) { try transfer("-", "box:x", true) }
        #expect(throws: Failure.self) { try transfer("box:x", "-", true) }
    }

    @Test func standardInputNeedsAName() throws {
        #expect(try transfer("-", "box:x").local == "-")
        #expect(throws: Failure.self) { try transfer("-", "box:") }
    }

    @Test(arguments: [
        ("notes.txt", "notes.txt"), ("box:x", "box:y"), ("box:", "x"), ("box:d/", "x"), ("box:x", ""),
        ("nothing", "box:x"), ("folder", "box:x"), ("notes.txt", "bad_name:x"), ("notes.txt", "1/2/3:x"),
    ])
    func whatMakesNoSense(_ source: String, _ target: String) throws {
        let failure = try #require(throws: Failure.self) { try transfer(source, target) }
        #expect(failure.exitStatus == 2, "\(failure)")
    }
}
