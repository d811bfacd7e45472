import Foundation
import Provisioning
import Testing

extension Faults {
    /// A signal ends every command, whatever it waits for.
    @Suite struct Signals {
        @Test(
            "Commands that wait for a frozen daemon, or for a host that does not answer, end by the signal",
            arguments: [SIGINT, SIGTERM, SIGHUP])
        func whileWaiting(_ signal: Int32) async throws {
            try await Sandbox.use("SG") { sandbox in
                let name = sandbox.cluster
                try await sandbox.mustRun("up", "-c", name)
                let folder = "\(sandbox.folder)/bin"
                try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
                try await Executable.write(
                    "#!/bin/sh\ncase \"$*\" in *\"-O \"*) exit 0 ;; esac\nexec sleep 600\n", to: "\(folder)/ssh")
                let path = ProcessInfo.processInfo.environment["PATH"] ?? ""
                let slow = sandbox.adding(["PATH": "\(folder):\(path)"])
                let daemon = try #require(try Daemon("\(name)-00")).number
                kill(daemon, SIGSTOP)
                defer { kill(daemon, SIGCONT) }
                for words in [
                    ["rm", "-c", name, "web", "--yes"], ["ps", "-c", name], ["member", "add", "-c", name],
                    ["repair", "-c", name], ["exec", "-c", name, "--", "sleep", "600"],
                    ["unit", "console", "-c", name, "web"], ["host", "add", "far", "root@192.0.2.1"],
                ] {
                    let run = try Spawned(slow, words)
                    _ = try await SystemTime().wait(for: "a program", limit: .seconds(120), every: .milliseconds(20)) {
                        try await sandbox.run("pgrep", ["--parent", "\(run.number)"]).output.isEmpty ? nil : true
                    }
                    run.send(signal)
                    #expect(try await run.wait() == 128 + signal, "\(words): \(run.errors)")
                    #expect(run.errors.contains("interrupted"), "\(words): \(run.errors)")
                }
            }
        }
    }
}
