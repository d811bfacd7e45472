import Foundation
import Provisioning
import Testing

extension Faults {
    /// What runs that want the same cluster at the same time do to each other: everything is decided under the lock.
    @Suite struct Locks {
        @Test("Two member add that wait for each other add two members")
        func memberAddTwice() async throws {
            try await Sandbox.use("LA") { sandbox in
                let name = sandbox.cluster
                try await sandbox.mustRun("up", "-c", name)
                async let one = sandbox.mustRun("member", "add", "-c", name, "--wait")
                async let two = sandbox.mustRun("member", "add", "-c", name, "--wait")
                _ = try await (one, two)
                #expect(try sandbox.state().members.map(\.name.text) == (0...2).map { "\(name)-0\($0)" })
                #expect(try await sandbox.online().count == 3)
            }
        }

        @Test("A stop that waited for a destroy says that there is no cluster, and leaves no folder")
        func stopBehindDestroy() async throws {
            try await Sandbox.use("LS") { sandbox in
                let name = sandbox.cluster
                try await sandbox.mustRun("up", "-c", name)
                let destroy = try Spawned(sandbox, ["destroy", "-c", name, "--yes", "--wait"])
                let stop = try Spawned(sandbox, ["stop", "-c", name, "--wait"])
                #expect(try await destroy.wait() == 0, "\(destroy.errors)")
                // Where it came first, the cluster was stopped, and destroyed then.
                let status = try await stop.wait()
                #expect(
                    status == 5 && stop.errors.contains("cluster \(name) not found") || status == 0, "\(stop.errors)")
                #expect(!FileManager.default.fileExists(atPath: "\(sandbox.runtime)/clusters"))
            }
        }

        @Test("Ctrl-C at the question ends the run, and frees the cluster's lock", arguments: [2, 15, 1] as [Int32])
        func interruptedQuestion(_ signal: Int32) async throws {
            try await Sandbox.use("LQ") { sandbox in
                let name = sandbox.cluster
                try await sandbox.mustRun("env", "stub", "-c", name)
                let screen = try await TmuxScreen(sandbox, columns: 100, rows: 20)
                do {
                    let variables = sandbox.environment.map { "\($0.key)=\($0.value)" }.joined(separator: " ")
                    try await screen.type(
                        "env \(variables) \(Product.bcmcluster) destroy -c \(name); echo ended with $?")
                    _ = try await screen.wait(for: "Continue?")
                    if signal == 2 {
                        try await screen.press("C-c")
                    } else {
                        let found = try await sandbox.run("pgrep", ["-f", "destroy -c \(name)$"])
                        let process = try #require(found.output.split(separator: "\n").compactMap { Int32($0) }.last)
                        kill(process, signal)
                    }
                    let shown = try await screen.wait(for: "ended with")
                    #expect(shown.contains("ended with \(128 + signal)"), "\(shown)")
                } catch {
                    await screen.close()
                    throw error
                }
                await screen.close()
                #expect(FileManager.default.fileExists(atPath: try sandbox.files().path), "nothing was deleted")
                try await sandbox.mustRun("destroy", "-c", name, "--yes")
            }
        }
    }
}
