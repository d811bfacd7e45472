import Foundation
import Provisioning
import Testing

extension EndToEnd {
    /// The tool as people have it: as another user, moved elsewhere, on a terminal.
    @Suite struct Person {
        @Test("Another user makes a cluster through sudo, with the files and the lxc configuration of their own")
        func throughSudo() async throws {
            try await Sandbox.use("U") { sandbox in
                let user = sandbox.cluster.lowercased()
                let home = "\(sandbox.folder)/home"
                let rule = "/etc/sudoers.d/\(user)"
                defer {
                    try? FileManager.default.removeItem(atPath: rule)
                }
                try await sandbox.must("useradd", ["--create-home", "--home-dir", home, user])
                try "\(user) ALL=(root) NOPASSWD: ALL\n".write(toFile: rule, atomically: true, encoding: .utf8)
                try FileManager.default.setAttributes([.posixPermissions: 0o755], ofItemAtPath: sandbox.folder)
                let tool = "\(home)/bcmcluster"
                try await Executable.copy(Product.bcmcluster, to: tool)
                func asUser(_ words: String...) async throws -> CommandResult {
                    try await sandbox.run(
                        "setpriv",
                        ["--reuid", user, "--regid", user, "--init-groups", "env", "-u", "BCM_RUNTIME_DIR"]
                            + ["-u", "LXD_CONF", "HOME=\(home)", "LD_LIBRARY_PATH=\(Product.libraries)"] + words)
                }
                let up = try await asUser(tool, "up", "-c", sandbox.cluster, "-m", "1")
                let owner = try? FileManager.default.attributesOfItem(
                    atPath: "\(home)/.bcm/clusters/\(sandbox.cluster)/cluster.json")
                let listed = try await asUser(Product.engine.client, "cluster", "list", "--format", "csv")
                let down = try await asUser(tool, "destroy", "-c", sandbox.cluster, "--yes")
                try FileManager.default.removeItem(atPath: rule)
                let refused = try await asUser(tool, "up", "-c", sandbox.cluster)
                _ = try await sandbox.run("userdel", ["--remove", user])

                #expect(up.succeeded, "\(up.errors)")
                #expect(up.errors.contains("Linux with sudo"))
                #expect(owner?[.ownerAccountName] as? String == user)
                #expect(listed.output.contains("\(sandbox.cluster)-01"))
                #expect(down.succeeded, "\(down.errors)")
                #expect(try HostFiles.machines().filter { $0.contains(sandbox.cluster) } == [])
                #expect(refused.ending == .exited(3))
                #expect(refused.errors.contains("needs root"))
            }
        }

        @Test("The binary works from another folder, where the source tree is gone")
        func movedElsewhere() async throws {
            try await Sandbox.use("V") { sandbox in
                let tool = "\(sandbox.folder)/bcmcluster"
                try await Executable.copy(Product.bcmcluster, to: tool)
                // The tree is hidden under an empty file system, in a mount namespace of the test's own.
                let script = "mount -t tmpfs none \"$1\" && cd / && shift && exec \"$@\""
                let stub = try await sandbox.run(
                    "unshare",
                    ["--mount", "sh", "-c", script, "sh", Product.sources, tool, "env", "stub", "-c", sandbox.cluster],
                    adding: ["LD_LIBRARY_PATH": Product.libraries])
                #expect(stub.succeeded, "\(stub.errors)")
                let up = try await sandbox.run(
                    tool, ["up", "-c", sandbox.cluster], adding: ["LD_LIBRARY_PATH": Product.libraries])
                #expect(up.succeeded, "\(up.errors)")
                try await sandbox.mustRun("destroy", "-c", sandbox.cluster, "--yes")
            }
        }

        @Test("On a terminal: a table in place, a question before anything goes; in a pipe no escape code")
        func terminal() async throws {
            try await Sandbox.use("W") { sandbox in
                let screen = try await TmuxScreen(sandbox, columns: 60, rows: 20)
                try await screen.type("\(Product.bcmcluster) up -c \(sandbox.cluster) -m 1; echo status $?")
                let up = try await screen.wait(for: "status 0")
                #expect(up.contains("✓ \(sandbox.cluster)-00"))
                #expect(up.contains("✓ \(sandbox.cluster)-01"))
                #expect(up.contains("is up (2 members, "))
                try await screen.type("clear; \(Product.bcmcluster) destroy -c \(sandbox.cluster); echo status $?")
                let question = try await screen.wait(for: "Continue? [y/N]")
                #expect(question.contains("the machine \(sandbox.cluster)-01 (namespace)"))
                #expect(question.contains("the \(Product.engine.client) remote \(sandbox.cluster)-00"))
                try await screen.type("n")
                #expect(try await screen.wait(for: "status 1").contains("nothing was changed"))
                #expect(try await sandbox.online().count == 2)
                await screen.close()
                let down = try await sandbox.mustRun("destroy", "-c", sandbox.cluster, "--yes")
                #expect(!down.errors.contains("\u{1b}"))
                #expect(down.errors.contains("✓ \(sandbox.cluster)-00: remove the machine"))
            }
        }
    }
}

extension Sandbox {
    /// Runs any program and requires that it succeeds.
    func must(_ program: String, _ arguments: [String]) async throws {
        let result = try await run(program, arguments)
        try #require(result.succeeded, "\(program) \(arguments): \(result.errors)")
    }
}

extension Product {
    /// Where the toolchain's libraries are, for a binary that was not linked with them.
    static let libraries: String = {
        let maps = (try? String(contentsOfFile: "/proc/self/maps", encoding: .utf8)) ?? ""
        let line = maps.split(separator: "\n").first { $0.hasSuffix("/libswiftCore.so") } ?? ""
        let path = line.split(separator: " ").last ?? ""
        return path.split(separator: "/").dropLast().reduce("") { "\($0)/\($1)" }
    }()

    /// Where programs are looked for, the toolchain's among them.
    static let path = ProcessInfo.processInfo.environment["PATH"] ?? "/usr/bin:/bin"

    /// The source tree.
    static let sources = #filePath.split(separator: "/").dropLast(3).reduce("") { "\($0)/\($1)" }
}
