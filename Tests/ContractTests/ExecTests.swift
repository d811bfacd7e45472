import Provisioning
import Testing

@testable import MultipassStandIn

/// What `exec` makes of the folder that it is called from, and how it fails in passing.
@Suite(.timeLimit(.minutes(5))) struct ExecTests {
    /// A light machine with a folder of the host's, in which everybody may write.
    private static func open(_ body: (Sandbox, String) async throws -> Void) async throws {
        try await Sandbox.open(light: true) { sandbox async throws in
            let folder = "\(sandbox.folder)/shared/deep"
            try LocalFiles().makeFolder(folder, mode: 0o777)
            _ = try await LocalRunner().output(of: Command("chmod", ["0755", sandbox.folder], effect: .changes))
            _ = try await LocalRunner().output(of: Command("chmod", ["0777", folder], effect: .changes))
            try await sandbox.launch("t1")
            #expect(try await sandbox.run(["mount", "\(sandbox.folder)/shared", "t1:/shared"]).succeeded)
            try await body(sandbox, folder)
        }
    }

    private static func files(_ folder: String) async throws -> [String] {
        try await LocalRunner().output(of: Command("ls", ["-1", folder])).split(separator: "\n").map(String.init)
    }

    @Test func aMountedFolderMakesAnotherCommandOfRoots() async throws {
        try await Self.open { sandbox, folder async throws in
            let touch = ["exec", "t1", "--", "sudo", "touch", "a b"]
            #expect(try await sandbox.run(touch, from: folder).succeeded)
            #expect(try await Self.files(folder) == ["a", "b"])
            #expect(try await sandbox.run(["exec", "t1", "--", "sudo", "id", "-u"], from: folder).output != "0\n")
            #expect(try await sandbox.run(["exec", "t1", "--", "sudo", "pwd"], from: folder).output == "\(folder)\n")
            // Any other command keeps its words, and runs in the folder.
            #expect(try await sandbox.run(["exec", "t1", "--", "touch", "c d"], from: folder).succeeded)
            #expect(try await Self.files(folder) == ["a", "b", "c d"])
        }
    }

    @Test(arguments: ["-n", "--no-map-working-directory"])
    func withoutTheMappingWordsAndUserStay(_ flag: String) async throws {
        try await Self.open { sandbox, folder async throws in
            let script = #"touch "$0/a b"; id -u; pwd"#
            let command = ["exec", "t1", flag, "--", "sudo", "sh", "-c", script, folder]
            let result = try await sandbox.run(command, from: folder)
            #expect(result.output.hasPrefix("0\n") && !result.output.contains(folder))
            #expect(try await Self.files(folder) == ["a b"])
            #expect(
                try await sandbox.run(["exec", flag, "t1", "--", "sudo", "id", "-u"], from: folder).output == "0\n")
            #expect(try await sandbox.run(["exec", "t1", "--", "sudo", "id", "-u"]).output == "0\n", "from elsewhere")
        }
    }

    @Test func aWorkingDirectoryIsMappedAsAMountedOneIs() async throws {
        try await Self.open { sandbox, folder async throws in
            let given = ["exec", "-d", folder, "t1", "--", "sudo", "touch", "a b"]
            #expect(try await sandbox.run(given).succeeded)
            #expect(try await Self.files(folder) == ["a", "b"])
            let clash = "Options --working-directory and --no-map-working-directory clash"
            let both = ["exec", "t1", "-n", "--working-directory", folder, "--", "true"]
            #expect(try await sandbox.complaint(both) == Complaint(1, clash))
        }
    }

    @Test func infoShowsMounts() async throws {
        try await Self.open { sandbox, folder async throws in
            let info = ["info", "t1", "--format", "json"]
            let expected = """
                            "mounts": {
                                "/shared": {
                                    "gid_mappings": [
                                        "0:default"
                                    ],
                                    "source_path": "\(sandbox.folder)/shared",
                                    "uid_mappings": [
                                        "0:default"
                                    ]
                                }
                            },
                """
            let output = try await sandbox.run(info).output
            #expect(output.contains(expected))
            let again = "mount failed: The following errors occurred:\n\"/shared\" is already mounted in 't1'"
            #expect(try await sandbox.complaint(["mount", folder, "t1:/shared"]) == Complaint(2, again))
            #expect(try await sandbox.run(["umount", "t1:/shared"]).succeeded)
            let gone = "umount failed: The following errors occurred:\npath \"/shared\" is not mounted in 't1'"
            #expect(try await sandbox.complaint(["umount", "t1:/shared"]) == Complaint(2, gone))
            #expect(try await sandbox.run(["exec", "t1", "--", "sudo", "id", "-u"], from: folder).output == "0\n")
            let missing = "Source path \"/no/such\" does not exist"
            #expect(try await sandbox.complaint(["mount", "/no/such", "t1"]) == Complaint(1, missing))
            #expect(try await sandbox.run(["mount", folder, "t1"]).succeeded)
            #expect(try await sandbox.run(info).output.contains(#""/home/ubuntu/deep": {"#))
        }
    }

    @Test func aLaunchMountsToo() async throws {
        try await Sandbox.open(light: true) { sandbox async throws in
            #expect(try await sandbox.run(["launch", "-n", "t1", "--mount", "\(sandbox.folder):/m"]).succeeded)
            #expect(try sandbox.remembered().instances["t1"]?.mounts["/m"]?.source == sandbox.folder)
            let missing = "Mount source path \"/no/such\" does not exist"
            #expect(try await sandbox.complaint(["launch", "--mount", "/no/such:/m"]) == Complaint(1, missing))
        }
    }

    @Test func aConnectionThatTimesOutHasBegunNothing() async throws {
        try await Sandbox.open(Faults(every: .init(timeoutExecs: [2])), light: true) { sandbox async throws in
            try await sandbox.launch("t1")
            func touch(_ name: String) -> [String] { ["exec", "t1", "-n", "--", "touch", "\(sandbox.folder)/\(name)"] }
            #expect(try await sandbox.run(touch("one")).succeeded)
            let timeout = "exec failed: ssh connection failed: 'Timeout connecting to 10.96.252.144'"
            #expect(try await sandbox.complaint(touch("two")) == Complaint(2, timeout))
            #expect(try await sandbox.run(touch("three")).succeeded)
            #expect(try LocalFiles().read("\(sandbox.folder)/two") == nil)
        }
    }

    @Test func aStalledClientGivesItsWholeAnswerLate() async throws {
        let faults = Faults(every: .init(stalledExecs: [1, 2], stallSeconds: 2))
        try await Sandbox.open(faults, light: true) { sandbox async throws in
            try await sandbox.launch("t1")
            let script = "date +%s; echo trouble >&2; exit 7"
            let result = try await sandbox.run(["exec", "t1", "-n", "--", "sh", "-c", script])
            let printed = try #require(Double(result.output.trimmed))
            #expect(StandIn.now - printed >= 1)
            #expect(result.ending == .exited(7) && result.errors == "trouble\n")
            let start = ContinuousClock.now
            let status = try await sandbox.run(["exec", "t1", "-n", "--", "cloud-init", "status"])
            #expect(status == CommandResult(output: "status: done\n"))
            #expect(ContinuousClock.now - start >= .seconds(2))
        }
    }

    @Test func whatTheClientRefuses() async throws {
        try await Sandbox.open(light: true) { sandbox async throws in
            let way = "Options to the inner command should come after \"--\", like this:"
            let option = "Unknown option 'l'.\n\n\(way)\nmultipass exec <instance> -- <command> <arguments>"
            #expect(try await sandbox.complaint(["exec", "t1", "ls", "-l"]) == Complaint(1, option))
            #expect(try await sandbox.complaint(["exec", "t1"]) == Complaint(1, "Wrong number of arguments"))
            // It asks for mounts first, and complains twice; without the mapping once.
            let absent = "exec failed: The following errors occurred:\ninstance \"nope\" does not exist"
            #expect(
                try await sandbox.complaint(["exec", "nope", "--", "true"]) == Complaint(2, "\(absent)\n\(absent)"))
            #expect(try await sandbox.complaint(["exec", "nope", "-n", "--", "true"]) == Complaint(2, absent))
        }
    }
}
