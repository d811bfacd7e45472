import Provisioning
import Testing

@testable import bcmcluster

/// Which file goes where.
@Suite struct VMTransferTests {
    private let files = TextFiles(texts: ["notes.txt": "", "/d/notes.txt": "", "a:b": "", "folder/./x": ""])

    private func transfer(_ source: String, _ target: String) throws -> VMTransfer {
        try VMTransfer(from: source, to: target, files)
    }

    private func command(_ source: String, _ target: String) throws -> Command {
        try transfer(source, target).command(on: "box", limit: .seconds(1))
    }

    @Test func intoAVM() throws {
        let upload = try command("notes.txt", "box:to/x")
        #expect(upload.arguments == ["transfer", "-", "box:to/x"])
        #expect(upload.inputFile == "notes.txt" && upload.outputFile == nil && upload.effect == .changes)
        #expect(try transfer("notes.txt", "rack1/box:x").vm == VMReference("rack1/box"))
    }

    @Test func outOfAVM() throws {
        let download = try command("rack1/box:/etc/hosts", "hosts")
        #expect(download.arguments == ["transfer", "box:/etc/hosts", "-"])
        #expect(download.outputFile == "hosts" && download.inputFile == nil)
        #expect(try command("box:a:b", "-").arguments == ["transfer", "box:a:b", "-"])
    }

    @Test func behindAFolderItKeepsItsName() throws {
        #expect(try transfer("/d/notes.txt", "box:").path == "notes.txt")
        #expect(try transfer("/d/notes.txt", "box:/tmp/").path == "/tmp/notes.txt")
        #expect(try transfer("box:/etc/hosts", "new/").local == "new/hosts")
        #expect(try transfer("box:/etc/hosts", "folder").local == "folder/hosts")
        #expect(try transfer("box:/etc/hosts", "other").local == "other")
    }

    @Test func standardInputAndOutput() throws {
        #expect(try command("-", "box:x").inputFile == "-")
        #expect(try command("box:x", "-").outputFile == "-")
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
