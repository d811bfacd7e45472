import Foundation
import Provisioning
import Testing

extension Repairs {
    /// How commands are typed, what they say on which output, and with which status they end.
    @Suite struct CommandLines {
        @Test("Names, synonyms, exit statuses, quiet and verbose, tables at 60 columns, and the watch that q ends")
        func lines() async throws {
            try await Sandbox.use("CL") { sandbox in
                let name = sandbox.cluster
                let up = try await sandbox.mustRun("-qc", name, "create", "-m1", "--provider", "namespace")
                #expect(up.output.isEmpty && up.errors.hasPrefix("cluster \(name) is up (2 members, "), "\(up.errors)")
                #expect(up.errors.split(separator: "\n").count == 1, "the result alone: \(up.errors)")
                try await looks(sandbox)
                try await notFound(sandbox)
                try await otherNames(sandbox)
                try await verbose(sandbox)
                try await narrow(sandbox)
                try await watch(sandbox)
                let down = try await sandbox.mustRun("down", name, "-qy")
                #expect(down.errors.hasPrefix("cluster \(name) deleted (") && down.output.isEmpty)
                try await sandbox.mustRun("version", "--json")
            }
        }

        /// The cluster as an operand, and left out where there is one.
        private func looks(_ sandbox: Sandbox) async throws {
            let name = sandbox.cluster
            for words in [["status", name], ["status"], ["-c", name, "status"], ["status", "--", name]] {
                let status = try await sandbox.run(Product.bcmcluster, words)
                #expect(status.succeeded && status.output.contains("\(name) is healthy"), "\(words): \(status)")
            }
            for words in [["api"], ["env", "show"], ["snapshot", "ls"], ["logs"], ["ps"], ["volume", "list"]] {
                #expect(try await sandbox.run(Product.bcmcluster, words).succeeded, "\(words)")
            }
            for words in [["stop"], ["destroy"], ["exec", "--", "true"], ["member", "add"]] {
                let refused = try await sandbox.run(Product.bcmcluster, words)
                #expect(refused.ending == .exited(2) && refused.errors.contains("no cluster specified"), "\(words)")
                #expect(refused.errors.contains("did you mean -c \(name)?"))
            }
            let undashed = try await sandbox.bcmcluster("exec", "-c", name, "\(name)-01", "uname", "-a")
            #expect(undashed.ending == .exited(2))
            #expect(undashed.errors.contains("hint: bcmcluster exec -c \(name) \(name)-01 -- uname -a\n"))
            #expect(try await sandbox.mustRun("version").output.contains("\(Product.engine.title.uppercased()) "))
            #expect(try await sandbox.mustRun("--version").output == "bcmcluster \(Tool.version)\n")
            let members = try await sandbox.mustRun("member")
            #expect(members.output.contains("member remove  ") && members.errors.isEmpty)
        }

        private func notFound(_ sandbox: Sandbox) async throws {
            let name = sandbox.cluster
            for words in [
                ["status", "NONE"], ["exec", "-c", name, "\(name)-09", "--", "true"], ["ps", "-c", name, "none"],
                ["unit", "logs", "-c", name, "none"], ["snapshot", "restore", "-c", name, "none", "--yes"],
                ["member", "remove", "-c", name, "\(name)-09", "--yes"], ["logs", "-c", name, "\(name)-09"],
                ["vm", "info", "none/box"], ["rm", "-c", name, "none", "--yes"],
            ] {
                for words in [words, words.contains("--") ? words : words + ["--json"]] {
                    if words.contains("--json"), ["unit", "vm"].contains(words[0]) { continue }
                    let result = try await sandbox.run(Product.bcmcluster, words)
                    #expect(result.ending == .exited(5), "\(words): \(result)")
                }
            }
        }

        /// Names that differ in case alone.
        private func otherNames(_ sandbox: Sandbox) async throws {
            let (name, lower) = (sandbox.cluster, sandbox.cluster.lowercased())
            let status = try await sandbox.bcmcluster("status", "-c", lower)
            #expect(status.ending == .exited(5) && status.errors.contains("hint: did you mean \(name)?"))
            for words in [["up", lower], ["up", lower, "--dry-run"], ["env", "stub", lower]] {
                let refused = try await sandbox.run(Product.bcmcluster, words)
                #expect(refused.ending == .exited(2) && refused.errors.contains("differs in case alone"), "\(words)")
            }
            let nothing = try await sandbox.mustRun("destroy", lower, "--yes")
            #expect(nothing.errors.contains("not found: nothing to destroy; did you mean \(name)?"))
            #expect(
                try FileManager.default.contentsOfDirectory(atPath: "\(sandbox.runtime)/clusters") == [name],
                "nothing is left of what was refused")
        }

        private func verbose(_ sandbox: Sandbox) async throws {
            let shown = try await sandbox.mustRun("exec", "-vc", sandbox.cluster, "--", "echo", "said")
            let commands = shown.errors.split(separator: "\n").filter { $0.hasPrefix("+ ") }
            #expect(commands.contains { $0.hasSuffix("echo said") }, "\(shown.errors)")
            let quiet = try await sandbox.mustRun("ps", "-q", "-c", sandbox.cluster)
            #expect(quiet.output.isEmpty && quiet.errors.isEmpty, "no advice")
        }

        /// No address loses its last digit.
        private func narrow(_ sandbox: Sandbox) async throws {
            let addresses = try sandbox.state().members.compactMap { $0.address?.description }
            try #require(addresses.count == 2)
            for columns in [60, 80] {
                let screen = try await TmuxScreen(sandbox, columns: columns, rows: 40)
                try await screen.type(
                    "clear; \(Product.bcmcluster) status; \(Product.bcmcluster) status nosuchcluster; echo done")
                let lines = try await screen.wait(for: "done").split(separator: "\n").map(\.trimmed)
                await screen.close()
                for address in addresses {
                    #expect(lines.contains { $0.split(separator: " ").contains(Substring(address)) }, "\(lines)")
                }
                let error = try #require(lines.firstIndex { $0.hasPrefix("error: ") })
                let words = lines[error...].joined(separator: " ")
                #expect(words.contains("or create it with bcmcluster up -c nosuchcluster"), "\(lines)")
                #expect(!lines.contains { $0.hasPrefix("MEMBER") && $0.hasSuffix("…") })
            }
        }

        /// The time is on the screen; whatever ends it, the terminal reads lines and echoes as before.
        private func watch(_ sandbox: Sandbox) async throws {
            let file = "\(sandbox.folder)/pid"
            for end in ["q", "TERM", "QUIT", "C-c"] {
                let screen = try await TmuxScreen(sandbox, columns: 100, rows: 20)
                try await screen.type(
                    "clear; sh -c 'echo $$ >\(file); exec \(Product.bcmcluster) status --watch'; stty -a; echo ended")
                let shown = try await screen.wait(for: "✓ \(sandbox.cluster) is healthy")
                #expect(shown.contains(#/ at \d{4}-\d\d-\d\d \d\d:\d\d:\d\d, every 2s; q to quit/#), "\(shown)")
                switch end {
                case "q", "C-c": try await screen.press(end)
                default:
                    let number = try String(contentsOfFile: file, encoding: .utf8).trimmed
                    try await sandbox.must("kill", ["-s", end, number])
                }
                let left = try await screen.wait(for: "ended")
                #expect(left.contains(" icanon ") && left.contains(" echo "), "\(end): \(left)")
                await screen.close()
            }
        }
    }
}
