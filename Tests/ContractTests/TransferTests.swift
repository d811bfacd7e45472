import Provisioning
import Testing

@testable import MultipassStandIn

/// `transfer`: folders, several sources, and what it refuses.
@Suite(.timeLimit(.minutes(5))) struct TransferTests {
    private static func open(_ body: (Sandbox, Files) async throws -> Void) async throws {
        try await Sandbox.open(light: true) { sandbox async throws in
            try await sandbox.launch("t1")
            let files = Files(here: "\(sandbox.folder)/here", there: "\(sandbox.state)/home/t1")
            for folder in ["\(files.here)/tree/twig", "\(files.there)/box"] {
                try LocalFiles().makeFolder(folder, mode: 0o755)
            }
            try LocalFiles().write("one", to: "\(files.here)/one", mode: 0o640)
            try LocalFiles().write("two", to: "\(files.here)/two", mode: 0o644)
            try LocalFiles().write("leaf", to: "\(files.here)/tree/twig/leaf", mode: 0o644)
            try await body(sandbox, files)
        }
    }

    /// Files here and in the guest.
    struct Files {
        let here: String
        let there: String
        func guest(_ path: String) throws -> String? { try LocalFiles().read("\(there)/\(path)") }
        func local(_ path: String) throws -> String? { try LocalFiles().read("\(here)/\(path)") }
    }

    @Test(arguments: ["box", "box/"]) func aStreamIntoAFolderHasANameOfItsOwn(_ folder: String) async throws {
        try await Self.open { sandbox, files async throws in
            let result = try await sandbox.run(["transfer", "-", "t1:\(folder)"], input: "notes")
            #expect(result == CommandResult())
            #expect(try files.guest("box/stream_output.dat") == "notes")
            #expect(try await sandbox.run(["transfer", "t1:box/stream_output.dat", "-"]).output == "notes")
        }
    }

    @Test func aFileGoesIntoAFolderUnderItsOwnName() async throws {
        try await Self.open { sandbox, files async throws in
            #expect(try await sandbox.run(["transfer", "\(files.here)/one", "t1:box"]) == CommandResult())
            #expect(try files.guest("box/one") == "one")
            let mode = Command("stat", ["--format", "%a", "\(files.there)/box/one"])
            #expect(try await LocalRunner().output(of: mode) == "640\n")
            #expect(try await sandbox.run(["transfer", "\(files.here)/one", "t1:renamed"]).succeeded)
            #expect(try files.guest("renamed") == "one")
            let several = ["transfer", "\(files.here)/one", "\(files.here)/two", "t1:"]
            #expect(try await sandbox.run(several).succeeded)
            #expect(try files.guest("one") == "one" && files.guest("two") == "two")
            #expect(try await sandbox.run(["transfer", "t1:one", "t1:two", files.here + "/tree"]).succeeded)
            #expect(try files.local("tree/one") == "one" && files.local("tree/two") == "two")
            #expect(try await sandbox.run(["transfer", "t1:box/one", "\(files.here)/back"]).succeeded)
            #expect(try files.local("back") == "one")
        }
    }

    @Test func directoriesGoBothWays() async throws {
        try await Self.open { sandbox, files async throws in
            #expect(try await sandbox.run(["transfer", "-r", "\(files.here)/tree", "t1:box"]).succeeded)
            #expect(try files.guest("box/tree/twig/leaf") == "leaf")
            #expect(try await sandbox.run(["transfer", "\(files.here)/tree", "t1:new", "--recursive"]).succeeded)
            #expect(try files.guest("new/twig/leaf") == "leaf")
            #expect(try await sandbox.run(["transfer", "-r", "t1:box", files.here]).succeeded)
            #expect(try files.local("box/tree/twig/leaf") == "leaf")
            #expect(try await sandbox.run(["transfer", "-rp", "t1:box", "\(files.here)/a/b"]).succeeded)
            #expect(try files.local("a/b/tree/twig/leaf") == "leaf")
        }
    }

    @Test func whatIsRefusedByTheMachinesFiles() async throws {
        try await Self.open { sandbox, files async throws in
            func log(_ message: String) -> Complaint {
                Complaint(2, "[2026-11-27T06:00:00.000] [error] [sftp] \(message)")
            }
            let tree = "\(files.here)/tree"
            #expect(
                try await sandbox.complaint(["transfer", tree, "t1:box"])
                    == log("omitting local directory \(tree): recursive mode not specified"))
            #expect(
                try await sandbox.complaint(["transfer", "t1:box", files.here])
                    == log("omitting remote directory box: recursive mode not specified"))
            #expect(
                try await sandbox.complaint(["transfer", "\(files.here)/one", "t1:no/such"])
                    == log("remote target does not exist"))
            #expect(
                try await sandbox.complaint(["transfer", "-", "t1:no/such/"], input: "x")
                    == Complaint(2, "remote target does not exist"))
            #expect(
                try await sandbox.complaint(["transfer", "/no/such", "t1:"])
                    == log("cannot access /no/such: No such file or directory"))
            #expect(
                try await sandbox.complaint(["transfer", "\(files.here)/one", "\(files.here)/two", "t1:one"])
                    == Complaint(2, "Target \"one\" is not a directory"))
            #expect(try await sandbox.run(["transfer", "-p", "\(files.here)/one", "t1:no/such"]).succeeded)
            #expect(try files.guest("no/such") == "one")
        }
    }

    @Test(arguments: [
        (["x"], "Not enough arguments given"),
        (["x", "y"], "An instance name is needed for either source or destination"),
        (["t1:x", "t2:y"], "Cannot specify an instance name for both source and destination"),
        (["t1:x", "y", "z"], "All sources must be from inside an instance"),
        (["-", "-"], "Only one '-' allowed"), (["-", "x", "t1:y"], "Only two arguments allowed when using '-'"),
        (["-", "x"], "Target must be inside an instance"), (["x", "-"], "Source must be from inside an instance"),
        (["-x", "t1:y", "z"], "Unknown option 'x'."),
    ]) func whatTheClientRefuses(_ words: [String], _ message: String) async throws {
        try await Sandbox.open(light: true) { sandbox async throws in
            #expect(try await sandbox.complaint(["transfer"] + words) == Complaint(1, message))
        }
    }
}
