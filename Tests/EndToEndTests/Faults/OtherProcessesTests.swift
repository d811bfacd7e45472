import Foundation
import Provisioning
import Testing

extension Faults {
    /// Processes that look like a machine's own, and are not.
    @Suite struct OtherProcesses {
        @Test("A user's process with the command line of a machine's first process delays no stop, and continues")
        func sameCommandLine() async throws {
            try await Sandbox.use("F") { sandbox in
                let cluster = sandbox.cluster
                try await sandbox.mustRun("up", "-c", cluster)
                let entrypoint = "/var/lib/bcmcluster/clusters/\(try sandbox.state().identifier)/entrypoint"
                let line = [entrypoint, "machine", "\(cluster)-00", "/var/lib/bcmcluster/machines/\(cluster)-00"]
                let lookalikes = try [["sh", "-c", "read line; :"], ["unshare", "--fork"], ["/bin/sh"]].map { program in
                    try Lookalike(program + line, in: sandbox.folder)
                }
                defer { for lookalike in lookalikes { lookalike.end() } }
                try await sandbox.mustRun("stop", "-c", cluster)
                try await sandbox.mustRun("start", "-c", cluster)
                try await sandbox.mustRun("destroy", "-c", cluster, "--yes")
                for lookalike in lookalikes { #expect(lookalike.isRunning) }
            }
        }

        @Test("An LXD of root's in a privileged container is neither ended, nor taken for the member's own")
        func nestedDaemon() async throws {
            try await Sandbox.use("F") { sandbox in
                let (cluster, member) = (sandbox.cluster, "\(sandbox.cluster)-00")
                try await sandbox.mustRun("up", "-c", cluster)
                let image = try await TinyImage.make(in: sandbox.folder)
                try await sandbox.client("image", "import", image, "\(member):", "--alias", "tiny")
                try await sandbox.client("launch", "\(member):tiny", "\(member):web", "-c", "security.privileged=true")
                let info = try await sandbox.client("info", "\(member):web")
                let first = try #require(info.split(separator: "\n").first { $0.hasPrefix("PID: ") }).dropFirst(5)
                try await sandbox.mustRun(
                    "exec", "-c", cluster, member, "--", "nsenter", "--target", String(first), "--pid", "setsid",
                    "--fork", "bash", "-c", #"exec -a "lxd --group nested" sleep 600"#)
                func nested() async throws -> String {
                    try await sandbox.run("pgrep", ["-f", "^lxd --group nested 600"]).output
                }
                let before = try await nested()
                #expect(!before.isEmpty)
                let daemon = try #require(try Daemon(member))
                kill(daemon.number, SIGKILL)
                try await sandbox.mustRun("repair", "-c", cluster, "--yes")
                #expect(try await sandbox.online() == [member])
                #expect(try await nested() == before)
            }
        }
    }
}

/// A process of a user without rights, with any command line.
private struct Lookalike {
    private let process = Process()

    /// The program is the first word; of a program that cannot run with these words, the name alone is taken.
    init(_ words: [String], in folder: String) throws {
        let isShell = words[0] == "sh"
        let script = isShell ? "exec \"$@\"" : "exec -a \"$*\" cat"
        process.executableURL = URL(fileURLWithPath: "/usr/bin/setpriv")
        process.arguments =
            ["--reuid=65534", "--regid=65534", "--clear-groups", "bash", "-c", script, "bash"] + words
        process.standardInput = Pipe()
        process.standardOutput = FileHandle.nullDevice
        process.standardError = FileHandle.nullDevice
        process.currentDirectoryURL = URL(fileURLWithPath: "/")
        try process.run()
    }

    var isRunning: Bool { process.isRunning }
    func end() { process.terminate() }
}
