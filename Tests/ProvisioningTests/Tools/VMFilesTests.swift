import Testing

@testable import Provisioning

/// Where files and folders go in a VM, and what is asked of it for that.
@Suite struct VMFilesTests {
    private static let inside = "multipass exec box --no-map-working-directory --"
    private static let temporary = "/var/tmp/bcmcluster.AbCdEfGh"

    private let runner = ScriptedRunner()
    private let here = ScriptedRunner()
    private var files: VMFiles { VMFiles(runner, of: "box", limit: .seconds(600)) }

    private func folders(_ folders: String..., others: String...) {
        for folder in folders { runner.on("\(Self.inside) test -d \(folder)", .works) }
        for other in others { runner.on("\(Self.inside) test -d \(other)", .ends(1)) }
    }

    @Test("A file keeps its name in a folder that exists, and gets the path's where none does")
    func intoFolders() async throws {
        folders("/tmp", others: "/tmp/notes.txt", "/tmp/new", "notes.txt", "d/notes.txt")
        for target in ["/tmp/notes.txt", "/tmp/new", "notes.txt", "d/notes.txt"] {
            runner.on("multipass transfer - box:\(target) < /d/notes.txt".replacing("< ", with: "<"), .works)
        }
        for path in ["/tmp", "/tmp/", "/tmp/new", "", "d/"] { try await files.upload("/d/notes.txt", to: path) }
        #expect(
            runner.changes.map { $0.split(separator: " ")[3] } == [
                "box:/tmp/notes.txt", "box:/tmp/notes.txt", "box:/tmp/new", "box:notes.txt", "box:d/notes.txt",
            ])
        let upload = try #require(runner.commands.last)
        #expect(upload.inputFile == "/d/notes.txt" && upload.pipesFiles)
    }

    @Test func standardInputHasNoNameInAFolder() async throws {
        folders("/tmp", others: "/tmp/x")
        let failure = await #expect(throws: Failure.self) { try await files.upload("-", to: "/tmp") }
        #expect(failure?.exitStatus == 2 && failure?.hint == "write box:/tmp/FILE")
        runner.on("multipass transfer - box:/tmp/x", .works)
        try await files.upload("-", to: "/tmp/x")
    }

    @Test func vmThatCannotBeAskedGetsNothing() async throws {
        runner.on("\(Self.inside) test -d /tmp", .ends(2, "exec failed: ssh connection failed"))
        await #expect(throws: Failure.self) { try await files.upload("notes.txt", to: "/tmp") }
        #expect(runner.changes == [])
    }

    @Test("Whatever fails, the copy fails and leaves nothing in the VM", arguments: [1, 2, 3])
    func failedUpload(_ place: Int) async throws {
        folders("/srv")
        let removal = "\(Self.inside) rm -rf -- \(Self.temporary)"
        let changes = [
            "\(Self.inside) mktemp -d /var/tmp/bcmcluster.XXXXXXXX",
            "multipass transfer - box:\(Self.temporary)/archive </t/archive", "\(Self.inside) mkdir -p -- /srv/site",
            "\(Self.inside) tar -C /srv/site -xf \(Self.temporary)/archive",
        ]
        for change in changes + [removal] { runner.on(change, .works) }
        runner.on(changes[0], .prints("\(Self.temporary)\n"))
        runner.on(changes[place], .ends(2, "No space left on device"))
        here.on("COPYFILE_DISABLE=1 tar -C site -cf /t/archive .", .works)
        await #expect(throws: Failure.self) {
            try await files.upload(folder: "site", to: "/srv", by: "/t/archive", here: here)
        }
        #expect(runner.changes == changes[...place] + [removal])
    }
}
