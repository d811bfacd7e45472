import Foundation
import Provisioning
import Testing

@testable import bcmcluster

extension EndToEnd {
    /// One clear sentence, the right exit status, and nothing changed.
    @Suite struct BadInput {
        /// Words of a command line, the exit status, and a part of the sentence.
        struct Case: CustomTestStringConvertible {
            var words: [String]
            var status: Int32
            var sentence: String
            init(_ words: [String], _ status: Int32, _ sentence: String) {
                (self.words, self.status, self.sentence) = (words, status, sentence)
            }
            var testDescription: String { words.joined(separator: " ") }
        }

        static let cases: [Case] = [
            Case(["up"], 2, "no cluster specified"),
            Case(["up", "-c", "../x"], 2, "does not start with a letter"),
            Case(["up", "-c", "a b"], 2, "not a letter, digit or -"),
            Case(["up", "-c", "-x"], 2, "does not start with a letter"),
            Case(["up", "-c", "DEV_1"], 2, "not a letter, digit or -"),
            Case(["up", "-c", ""], 2, "cannot be empty"),
            Case(["up", "-c", String(repeating: "x", count: 41)], 2, "longer than 40 characters"),
            Case(["up", "-c", "DEV", "-m", "-1"], 2, "not a whole number from 0 to 999"),
            Case(["up", "-c", "DEV", "-m", "x"], 2, "not a whole number from 0 to 999"),
            Case(["up", "-c", "DEV", "-m", "1.5"], 2, "not a whole number from 0 to 999"),
            Case(["up", "-c", "DEV", "-m", "1000"], 2, "not a whole number from 0 to 999"),
            Case(["up", "-c", "DEV", "--provider", "vmware"], 2, "is not a provider"),
            Case(["up", "-c", "DEV", "--memory", "12 parsecs"], 2, "is not an amount"),
            Case(["up", "-c", "DEV", "--cpus", "0"], 2, "is not a number of processors"),
            Case(["up", "-c", "DEV", "--storage", "tape"], 2, "is not a storage driver"),
            Case(["up", "-c", "DEV", "--timeout", "soon"], 2, "is not a time"),
            Case(["up", "-c", "DEV", "--parallel", "0"], 2, "not a whole number from 1 to 64"),
            Case(["up", "-c", "DEV", "--network", "10.1.2.3"], 2, "is not a subnet"),
            Case(["up", "-c", "DEV", "--timeline", "up.png"], 2, "has an unknown file type"),
            Case(["up", "-c", "DEV", "--timeline", "/nowhere/up.svg"], 2, "cannot write /nowhere/up.svg"),
            Case(["up", "-c", "DEV", "--timeline", "up.svg", "--dry-run"], 2, "--timeline needs a real run"),
            Case(["up", "-c", "DEV", "--membres", "1"], 2, "did you mean --members?"),
            Case(["upp", "-c", "DEV"], 2, "did you mean bcmcluster up?"),
            Case(["env", "stubb", "-c", "DEV"], 2, "bcmcluster env stub"),
            Case(["destroy", "-c", "DEV", "--memory", "4G"], 2, "unknown flag --memory"),
            Case(["up", "-c", "DEV", "--provider", "multipass"], 3, "multipass is not installed"),
        ]

        @Test("One sentence, the right status, nothing changed", arguments: cases)
        func refused(_ bad: Case) async throws {
            try await Sandbox.use("B") { sandbox in
                for words in [bad.words, bad.words + ["--json"]] {
                    let result = try await sandbox.run(Product.bcmcluster, words)
                    #expect(result.ending == .exited(bad.status))
                    #expect(result.errors.contains(bad.sentence), "\(result.errors)")
                    #expect(result.output.isEmpty == (words == bad.words), "data alone, where data are wanted")
                }
                #expect(!FileManager.default.fileExists(atPath: sandbox.runtime))
            }
        }

        @Test("multipass that does not know us, or whose daemon is down")
        func multipassTrouble() async throws {
            try await Sandbox.useMultipass("B") { sandbox, multipass in
                _ = try await multipass("list")
                let faults = "\(sandbox.folder)/multipass/faults.json"
                for (fault, sentence) in [
                    ("notAuthenticated", "multipass requires authentication"), ("daemonDown", "daemon does not answer"),
                ] {
                    try "{\"\(fault)\": true}".write(toFile: faults, atomically: true, encoding: .utf8)
                    let result = try await sandbox.bcmcluster("up", "-c", sandbox.cluster, "--provider", "multipass")
                    #expect(result.ending == .exited(3))
                    #expect(result.errors.contains(sentence))
                    #expect(!FileManager.default.fileExists(atPath: sandbox.runtime))
                }
                try "{}".write(toFile: faults, atomically: true, encoding: .utf8)
            }
        }

        @Test("A template with an unknown variable, or one that cannot be read, is named before anything is made")
        func templates() async throws {
            try await Sandbox.use("B") { sandbox in
                let templates = "\(sandbox.runtime)/templates"
                try FileManager.default.createDirectory(atPath: templates, withIntermediateDirectories: true)
                try "cluster: ${NOPE}\n".write(
                    toFile: "\(templates)/master.preseed.yml", atomically: true, encoding: .utf8)
                let unknown = try await sandbox.bcmcluster("up", "-c", sandbox.cluster)
                #expect(unknown.ending == .exited(2))
                #expect(unknown.errors.contains("master.preseed.yml, line 1: unknown variable ${NOPE}"))
                try FileManager.default.removeItem(atPath: "\(templates)/master.preseed.yml")
                try FileManager.default.createDirectory(
                    atPath: "\(templates)/master.preseed.yml", withIntermediateDirectories: true)
                let unreadable = try await sandbox.bcmcluster("up", "-c", sandbox.cluster)
                #expect([.exited(2), .exited(3)].contains(unreadable.ending))
                #expect(unreadable.errors.contains("could not read \(templates)/master.preseed.yml"))
                #expect(try sandbox.runtimeContents() == ["templates"])
            }
        }

        @Test("A malformed .env is named by file and line; a damaged state is left as it was")
        func damagedFiles() async throws {
            try await Sandbox.use("B") { sandbox in
                try await sandbox.mustRun("env", "stub", "-c", sandbox.cluster, "-m", "1")
                let member = MemberName(try ClusterName(sandbox.cluster), 1)
                let file = try sandbox.files().environment(member)
                let good = try String(contentsOfFile: file, encoding: .utf8)
                try "BCM_LXD_SECRET=x\nthis is no line\n".write(toFile: file, atomically: true, encoding: .utf8)
                let malformed = try await sandbox.bcmcluster("up", "-c", sandbox.cluster, "-m", "1")
                #expect(malformed.ending == .exited(2))
                #expect(malformed.errors.contains("\(file), line 2, is not NAME=value"))
                try good.replacing("BCM_ENDPOINT_MEM_SIZE=4G", with: "BCM_ENDPOINT_MEM_SIZE=4 parsecs")
                    .write(toFile: file, atomically: true, encoding: .utf8)
                let nonsense = try await sandbox.bcmcluster("up", "-c", sandbox.cluster, "-m", "1")
                #expect(nonsense.ending == .exited(2))
                let state = try sandbox.files().state
                try "{\"version\": 1, \"na".write(toFile: state, atomically: true, encoding: .utf8)
                let damaged = try await sandbox.bcmcluster("up", "-c", sandbox.cluster)
                #expect(damaged.ending == .exited(1))
                #expect(damaged.errors.contains("the state \(state) is damaged, and was not changed"))
                #expect(try String(contentsOfFile: state, encoding: .utf8) == "{\"version\": 1, \"na")
                try FileManager.default.removeItem(atPath: state)
                try await sandbox.mustRun("destroy", "-c", sandbox.cluster, "--yes")
                #expect(try sandbox.runtimeContents() == [])
            }
        }

        @Test("Numbers at their ends in every file that the program keeps: refused by name, or shown")
        func extremes() async throws {
            try await Sandbox.use("BN") { sandbox in
                let name = try ClusterName(sandbox.cluster)
                let folder = try sandbox.files()
                let snapshot = folder.snapshot(try SnapshotName("before"))
                try LocalFiles().makeFolder(folder.snapshots, mode: 0o700)
                for number in ["-9223372036854775808", "9223372036854775807", "-1", "1e308"] {
                    let state =
                        #"{"version":1,"name":"\#(name)","identifier":"0123abcd","created":CREATED,"port":20001,"#
                        + #""spread":[{"host":"local","address":"192.0.2.1","number":NUMBER}],"subnet":"10.64.0.0/22","#
                        + #""members":[{"name":"\#(name)-00","address":"10.64.0.10"}],"#
                        + #""settings":{"provider":"namespace","storage":"dir"}}"#
                    func filled(_ created: String, _ host: String) -> String {
                        state.replacing("CREATED", with: created).replacing("NUMBER", with: host)
                    }
                    let hosts = #"{"version":1,"hosts":[{"name":"a","address":"x.invalid","lastSeen":\#(number)}]}"#
                    let saved =
                        #"{"version":1,"taken":\#(number),"bytes":\#(number),"isClone":false,"record":\#(filled("1000", "0"))}"#
                    let files = [
                        (
                            "\(sandbox.runtime)/hosts.json", hosts,
                            [["host", "list"], ["host", "remove", "a"], ["vm", "list"]]
                        ),
                        (folder.state, filled(number, "0"), [["status"], ["list"]]),
                        (
                            folder.state, filled("1000", number),
                            [["status"], ["up", "--dry-run"], ["destroy", "--dry-run"]]
                        ),
                        (snapshot, saved, [["snapshot", "list"], ["snapshot", "restore", "before", "--yes"]]),
                    ]
                    for (path, text, commands) in files {
                        try LocalFiles().write(filled("1000", "0"), to: folder.state, mode: 0o600)
                        try LocalFiles().write(text, to: path, mode: 0o600)
                        for words in commands {
                            let cluster = ["host", "vm", "list"].contains(words[0]) ? [] : ["-c", name.text]
                            let result = try await sandbox.run(Product.bcmcluster, words + cluster)
                            guard case .exited(0...5) = result.ending else {
                                Issue.record("\(words), \(path): \(result.ending): \(text)")
                                continue
                            }
                        }
                        #expect(try String(contentsOfFile: path, encoding: .utf8) == text, "left as it is")
                        try LocalFiles().remove(path)
                    }
                }
                try LocalFiles().remove(folder.path)
            }
        }

        @Test("Completion answers wherever the tabulator is pressed")
        func completion() async throws {
            try await Sandbox.use("BC") { sandbox in
                for words in CommandTable.commands.map(\.words) {
                    for line in [words + [""], ["help"] + words + [""], words + ["--"], ["help"] + words + ["x", ""]] {
                        let result = try await sandbox.run(Product.bcmcluster, ["__complete", "--"] + line)
                        #expect(result.ending == .exited(0), "\(line)")
                    }
                }
            }
        }

        @Test("A runtime directory that cannot be written, and a disk that is full")
        func noRoom() async throws {
            try await Sandbox.use("B") { sandbox in
                let readOnly = try await sandbox.bcmcluster(
                    "env", "stub", "-c", sandbox.cluster, adding: ["BCM_RUNTIME_DIR": "/proc/nowhere"])
                #expect([.exited(2), .exited(3)].contains(readOnly.ending))
                #expect(readOnly.errors.contains("could not make /proc/nowhere"))
                let full = "\(sandbox.folder)/full"
                try FileManager.default.createDirectory(atPath: full, withIntermediateDirectories: true)
                // One page for the folder itself, a few inodes, and no room for what is in the files.
                let mounted = try await sandbox.run(
                    "mount", ["-t", "tmpfs", "-o", "size=4k,nr_inodes=64,mode=700", "tmpfs", full])
                try #require(mounted.succeeded)
                try String(repeating: "x", count: 4096).write(
                    toFile: "\(full)/filler", atomically: false, encoding: .utf8)
                let noSpace = try await sandbox.bcmcluster(
                    "up", "-c", sandbox.cluster, adding: ["BCM_RUNTIME_DIR": full])
                let left = try FileManager.default.contentsOfDirectory(atPath: full)
                _ = try await sandbox.run("umount", [full])
                #expect([.exited(2), .exited(3)].contains(noSpace.ending), "\(noSpace.errors)")
                #expect(noSpace.errors.contains("No space left on device"))
                #expect(!left.contains { $0 != "filler" && $0 != "clusters" })
                #expect(try HostFiles.machines().filter { $0.contains(sandbox.cluster) } == [])
            }
        }
    }
}

/// The machines' folder on the host.
enum HostFiles {
    static func machines() throws -> [String] {
        let folder = "/var/lib/bcmcluster/machines"
        guard FileManager.default.fileExists(atPath: folder) else { return [] }
        return try FileManager.default.contentsOfDirectory(atPath: folder)
    }
}
