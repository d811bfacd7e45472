import Foundation
import Provisioning
import Testing

extension Repairs {
    /// The variables of cron, systemd, `su` and sudo, and runtime directories that are none.
    @Suite struct Surroundings {
        @Test("cron's PATH, HOME=/ or none, no terminal, no which: a cluster comes up, is seen, and goes")
        func cron() async throws {
            try await Sandbox.use("LOE") { sandbox in
                let name = sandbox.cluster
                let own = ["BCM_RUNTIME_DIR=\(sandbox.runtime)", "LXD_CONF=\(sandbox.clientConfiguration)"]
                // Nothing in it that is not in cron's folders, and a `which` that knows nothing.
                let shims = "\(sandbox.folder)/bin"
                try await sandbox.must("mkdir", [shims])
                try await Executable.write("#!/bin/sh\nexit 1\n", to: "\(shims)/which")
                let variables = [
                    ["PATH=\(shims):/usr/bin:/bin", "HOME=/"], ["PATH=\(shims):/usr/bin:/bin"], [], ["HOME=/"],
                ]
                for own in variables.map({ $0 + own }) {
                    func run(_ words: String...) async throws -> CommandResult {
                        try await sandbox.run("env", ["-i"] + own + ["setsid", "-w", Product.bcmcluster] + words)
                    }
                    let up = try await run("up", "-c", name, "--provider", "namespace")
                    #expect(up.succeeded, "\(own): \(up)")
                    let status = try await run("status", "-c", name)
                    #expect(status.succeeded, "\(own): \(status)")
                    let doctor = try await run("doctor")
                    #expect(doctor.output.contains("✓ provider namespace"), "\(own): \(doctor)")
                    let destroy = try await run("destroy", "-c", name)
                    #expect(destroy.succeeded && !destroy.errors.contains("nothing to destroy"), "\(own): \(destroy)")
                }
            }
        }

        @Test("Without HOME, or with HOME=/, the user's own folder is that of the system's list of users")
        func home() async throws {
            try await Sandbox.use("LOH") { sandbox in
                let home = try #require(SystemCalls.homeOfUser("root"))
                for variables in [[], ["HOME=/"]] {
                    let list = try await sandbox.run("env", ["-i"] + variables + [Product.bcmcluster, "list"])
                    #expect(list.succeeded, "\(list)")
                    let isEmpty = list.errors.contains("no clusters in \(home)/.bcm:")
                    #expect(isEmpty || !list.output.isEmpty, "\(list)")
                    #expect(!FileManager.default.fileExists(atPath: "/.bcm"))
                }
            }
        }

        @Test("sudo looks in root's folder: list and status say whose clusters are elsewhere, and change no exit code")
        func sudo() async throws {
            try await Sandbox.use("LOS") { sandbox in
                let user = "bcm\(sandbox.cluster.lowercased())"
                let home = "\(sandbox.folder)/home"
                let passwd = try String(contentsOfFile: "/etc/passwd", encoding: .utf8)
                let list = "\(sandbox.folder)/passwd"
                try (passwd + "\(user):x:54321:54321::\(home):/bin/sh\n").write(
                    toFile: list, atomically: true, encoding: .utf8)
                let hint = "hint: the clusters of \(user) are in \(home)/.bcm: run it without sudo"
                var endings: [String: CommandResult.Ending] = [:]
                for (clusters, isSaid) in [([], false), (["DEV"], true)] as [([String], Bool)] {
                    for cluster in clusters {
                        try await sandbox.must("mkdir", ["-p", "\(home)/.bcm/clusters/\(cluster)"])
                    }
                    for words in ["list", "status -c DEV"] {
                        // A list of users of its own, seen by nobody else.
                        let line =
                            "mount --bind '\(list)' /etc/passwd && exec env -u BCM_RUNTIME_DIR SUDO_USER=\(user) "
                            + "SUDO_UID=54321 '\(Product.bcmcluster)' \(words)"
                        let result = try await sandbox.run("unshare", ["--mount", "sh", "-c", line])
                        #expect(result.ending == endings[words] ?? result.ending, "\(words): \(result)")
                        endings[words] = result.ending
                        #expect(result.errors.contains(hint) == isSaid, "\(words): \(result)")
                    }
                }
            }
        }

        @Test("A runtime directory that is a file, below a file, or a link to nowhere is one error of every command")
        func noFolder() async throws {
            try await Sandbox.use("LOB") { sandbox in
                let file = "\(sandbox.folder)/file"
                try "mine".write(toFile: file, atomically: true, encoding: .utf8)
                let (dangling, real) = ("\(sandbox.folder)/dangling", "\(sandbox.folder)/real")
                try FileManager.default.createSymbolicLink(
                    atPath: dangling, withDestinationPath: "\(sandbox.folder)/none")
                try FileManager.default.createSymbolicLink(atPath: real, withDestinationPath: sandbox.folder)
                let commands = [
                    ["list"], ["list", "--json"], ["status", "-c", "DEV"], ["up", "-c", "DEV", "--dry-run"],
                    ["destroy", "-c", "DEV", "--yes"], ["repair", "-c", "DEV"], ["host", "list"], ["doctor"],
                    ["vm", "list"],
                ]
                for place in [file, "\(file)/below/it", dangling] {
                    for words in commands {
                        let result = try await sandbox.run(
                            Product.bcmcluster, words, adding: ["BCM_RUNTIME_DIR": place])
                        #expect(result.ending == .exited(3), "\(place) \(words): \(result)")
                        #expect(
                            result.errors.contains("\(place) cannot be the runtime directory: "),
                            "\(place) \(words): \(result)")
                        #expect(result.errors.contains("hint: "))
                    }
                }
                #expect(try String(contentsOfFile: file, encoding: .utf8) == "mine")
                for place in ["\(real)/new", "\(sandbox.folder)/a/b"] {
                    try await sandbox.mustRun("list", adding: ["BCM_RUNTIME_DIR": place])
                }
            }
        }
    }
}
