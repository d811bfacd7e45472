import Foundation
import Provisioning
import Testing

extension Faults {
    /// Disks without room, and outputs that take nothing.
    @Suite struct FullDisks {
        @Test("destroy works on a full disk, with what a run has left there and without; only the state may stay")
        func destroyed() async throws {
            for isBare in [false, true] {
                try await Sandbox.use("LOK") { sandbox in
                    try FileManager.default.createDirectory(atPath: sandbox.runtime, withIntermediateDirectories: false)
                    try await sandbox.must(
                        "mount", ["-t", "tmpfs", "-o", "size=256k,mode=700", "tmpfs", sandbox.runtime])
                    do { try await destroy(sandbox, isBare: isBare) } catch {
                        _ = try? FileManager.default.removeItem(atPath: "\(sandbox.runtime)/fill")
                        try await sandbox.mustRun("destroy", "-c", sandbox.cluster, "--yes")
                        try await sandbox.must("umount", ["-l", sandbox.runtime])
                        throw error
                    }
                    try await sandbox.must("umount", [sandbox.runtime])
                }
            }
        }

        private func destroy(_ sandbox: Sandbox, isBare: Bool) async throws {
            let name = sandbox.cluster
            try await sandbox.mustRun("up", "-c", name, "-m", "1", "--provider", "namespace")
            let traces = try HostTraces(sandbox.state())
            if isBare {
                // As where somebody has made room by hand; there is no number left for a new file either.
                try FileManager.default.removeItem(atPath: sandbox.files().logs)
                try FileManager.default.removeItem(atPath: sandbox.files().lock)
                let used = try await sandbox.run("df", ["--output=iused", sandbox.runtime])
                let count = try #require(used.output.split(separator: "\n").last?.trimmed)
                try await sandbox.must("mount", ["-o", "remount,nr_inodes=\((Int(count) ?? 0) + 1)", sandbox.runtime])
            }
            _ = try await sandbox.run("dd", ["if=/dev/zero", "of=\(sandbox.runtime)/fill", "bs=1k"])
            let destroy = try await sandbox.bcmcluster("destroy", "-c", name, "--yes")
            #expect(destroy.succeeded, "\(destroy)")
            #expect(destroy.errors.contains("the state could not be marked as deleting"), "\(destroy)")
            #expect(try await traces.leftInTheEnd() == [])
            #expect(try sandbox.runtimeContents() == ["fill"])
        }

        @Test("A client whose configuration's disk is full loses the cluster's remote and keeps the others")
        func theClientsDisk() async throws {
            try await Sandbox.use("LOC") { sandbox in
                let (name, folder) = (sandbox.cluster, sandbox.clientConfiguration)
                try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: false)
                try await sandbox.must("mount", ["-t", "tmpfs", "-o", "size=256k", "tmpfs", folder])
                do {
                    let simple = ["remote", "add", "mine", "https://127.0.0.1:1", "--protocol", "simplestreams"]
                    try await sandbox.must(Product.engine.client, simple)
                    try await sandbox.mustRun("up", "-c", name, "--provider", "namespace")
                    let traces = try HostTraces(sandbox.state())
                    _ = try await sandbox.run("dd", ["if=/dev/zero", "of=\(folder)/fill", "bs=1k"])
                    try await sandbox.destroy(leavingNothingOf: traces)
                    let left = try await sandbox.client("remote", "list", "--format", "json")
                    #expect(left.contains("\"mine\"") && !left.contains("\(name)-00"), "\(left)")
                } catch {
                    try await sandbox.must("umount", ["-l", folder])
                    throw error
                }
                try await sandbox.must("umount", [folder])
            }
        }

        @Test(
            "A result that cannot be written is exit 1 with a message, whatever prints it; a reader that goes is no error"
        )
        func results() async throws {
            try await Sandbox.use("LOW") { sandbox in
                let name = sandbox.cluster
                try await sandbox.mustRun("up", "-c", name, "--provider", "namespace")
                let commands = [
                    ["list"], ["list", "--json"], ["status", "-c", name], ["status", "-c", name, "--json"],
                    ["status", "-c", name, "--watch"], ["help"], ["--version"], ["help", "up"], ["api", "-c", name],
                    ["env", "show", "-c", name], ["logs", "-c", name], ["doctor"], ["host", "list"],
                    ["ps", "-c", name, "--json"], ["volume", "list", "-c", name, "--json"],
                    ["snapshot", "list", "-c", name, "--json"], ["completion", "bash"],
                    ["up", "-c", name, "--dry-run"],
                    ["up", "-c", name, "--json"], ["destroy", "-c", name, "--dry-run"],
                ]
                for words in commands {
                    for redirection in [">/dev/full", ">&-"] {
                        let result = try await shell(words, redirection, sandbox)
                        #expect(result.ending == .exited(1), "\(words) \(redirection): \(result)")
                        #expect(
                            result.errors.contains("error: could not write the result to standard output: "),
                            "\(words) \(redirection): \(result)")
                    }
                    let pipe = try await shell(words, "| true", sandbox)
                    #expect(pipe.succeeded && !pipe.errors.contains("could not write"), "\(words): \(pipe)")
                }
                // What prints nothing there does not need it, and opens nothing in its place.
                let quiet = try await shell(["up", "-c", name], "<&- >&-", sandbox)
                #expect(quiet.succeeded, "\(quiet)")
                #expect(try sandbox.state().members.count == 1)
                let all = try await shell(["status", "-c", name], "<&- >&- 2>&-", sandbox)
                #expect(all.ending == .exited(1))
            }
        }

        private func shell(_ words: [String], _ redirection: String, _ sandbox: Sandbox) async throws -> CommandResult {
            let line = ([Product.bcmcluster] + words).map { "'\($0)'" }.joined(separator: " ")
            return try await sandbox.run("sh", ["-c", "\(line) \(redirection)"])
        }
    }
}
