import Foundation
import Provisioning
import Testing

extension EndToEnd {
    /// Runs that are ended half-way.
    @Suite struct Interruption {
        @Test(
            "A run that is interrupted stops its children, says so, and continues from there",
            arguments: ["write the state", "launch the machine"])
        func interrupted(behind step: String) async throws {
            try await Sandbox.use("I") { sandbox in
                let process = try Spawned(sandbox, ["up", "-c", sandbox.cluster, "-m", "1"])
                _ = try await SystemTime().wait(for: step, limit: .seconds(120), every: .milliseconds(20)) {
                    process.errors.contains(step) ? true : nil
                }
                process.send(SIGINT)
                #expect(try await process.wait() == 130)
                #expect(process.errors.contains("interrupted: re-run bcmcluster up -c \(sandbox.cluster) to resume"))
                #expect(LeftProcesses.of(sandbox) == [], "no child is left")
                try await sandbox.mustRun("up", "-c", sandbox.cluster, "-m", "1")
                #expect(try await sandbox.online().count == 2)
                let traces = try HostTraces(sandbox.state())
                try await sandbox.destroy(leavingNothingOf: traces)
            }
        }

        @Test("destroy finds everything after a run that was killed at any moment", arguments: [50, 150, 600, 1000])
        func killed(milliseconds: Int) async throws {
            try await Sandbox.use("K") { sandbox in
                let process = try Spawned(sandbox, ["up", "-c", sandbox.cluster, "-m", "1"])
                try await Task.sleep(for: .milliseconds(milliseconds))
                process.send(SIGKILL)
                _ = try await process.wait()
                try await sandbox.mustRun("destroy", "-c", sandbox.cluster, "--yes")
                let found =
                    try await sandbox.run("ip", ["netns", "list"]).output
                    + sandbox.run("ip", ["-oneline", "link"]).output
                #expect(!found.contains(sandbox.cluster))
                let files = FileManager.default.enumerator(atPath: "/var/lib/bcmcluster")?.compactMap { $0 as? String }
                #expect(!(files ?? []).contains { $0.contains(sandbox.cluster) })
                #expect(try sandbox.runtimeContents() == [])
            }
        }

        @Test("Two runs on one cluster: the second says who holds it")
        func twoRuns() async throws {
            try await Sandbox.use("T") { sandbox in
                let process = try Spawned(sandbox, ["up", "-c", sandbox.cluster])
                try await Task.sleep(for: .milliseconds(300))
                let second = try await sandbox.bcmcluster("destroy", "-c", sandbox.cluster, "--yes")
                #expect(second.ending == .exited(1))
                #expect(
                    second.errors.contains("is locked by up -c \(sandbox.cluster) (PID \(process.number)"))
                #expect(try await process.wait() == 0)
            }
        }

        @Test("destroy finds the processes of a machine whose network namespace was deleted by hand")
        func namespaceLost() async throws {
            try await Sandbox.use("X") { sandbox in
                try await sandbox.mustRun("up", "-c", sandbox.cluster)
                let traces = try HostTraces(sandbox.state())
                try await sandbox.must("ip", ["netns", "delete", "bcm-\(sandbox.cluster)-00"])
                try await sandbox.destroy(leavingNothingOf: traces)
            }
        }
    }
}
