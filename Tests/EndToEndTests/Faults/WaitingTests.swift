import Foundation
import Provisioning
import Testing

extension Faults {
    /// Runs on one cluster that come at the same time.
    @Suite struct Waiting {
        @Test("With --wait a run begins when the one before it has ended, also when that takes the cluster down")
        func oneAfterTheOther() async throws {
            try await Sandbox.use("F") { sandbox in
                let up = try Spawned(sandbox, ["up", "-c", sandbox.cluster])
                try await Task.sleep(for: .milliseconds(300))
                let destroy = try Spawned(sandbox, ["destroy", "-c", sandbox.cluster, "--yes", "--wait"])
                let words = "is locked by up -c \(sandbox.cluster) (PID \(up.number)"
                _ = try await SystemTime().wait(for: words, limit: .seconds(10), every: .milliseconds(20)) {
                    destroy.errors.contains(words) ? true : nil
                }
                let again = try Spawned(sandbox, ["up", "-c", sandbox.cluster, "--wait", "-m", "0"])
                let given = try Spawned(sandbox, ["up", "-c", sandbox.cluster, "--wait"])
                try await Task.sleep(for: .milliseconds(200))
                given.send(SIGTERM)
                #expect(try await given.wait() == 143, "a signal ends the wait")
                #expect(
                    try await (up.wait(), destroy.wait(), again.wait()) == (0, 0, 0),
                    "\(destroy.errors) \(again.errors)")
                try await sandbox.mustRun("destroy", "-c", sandbox.cluster, "--yes")
                #expect(try FileManager.default.contentsOfDirectory(atPath: sandbox.runtime) == [])
            }
        }

        @Test("A lock whose process is gone is taken over at once")
        func goneHolder() async throws {
            try await Sandbox.use("F") { sandbox in
                let killed = try Spawned(sandbox, ["up", "-c", sandbox.cluster])
                let lock = try sandbox.files().lock
                _ = try await SystemTime().wait(for: "the lock", limit: .seconds(10), every: .milliseconds(5)) {
                    (try? String(contentsOfFile: lock, encoding: .utf8))?.contains("\(killed.number)") == true
                        ? true : nil
                }
                killed.send(SIGKILL)
                _ = try await killed.wait()
                try await sandbox.mustRun("destroy", "-c", sandbox.cluster, "--yes")
                #expect(try FileManager.default.contentsOfDirectory(atPath: sandbox.runtime) == [])
            }
        }
    }
}
