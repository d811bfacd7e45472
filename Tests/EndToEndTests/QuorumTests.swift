import Foundation
import Provisioning
import Testing

/// The majority of the voters is permanently lost, and the first member with it; it waits for LXD most of the time, and so
/// runs beside all others.
@Suite struct Quorum {
    @Test("repair lets the one that is left continue, and the others come back; what ran there continues")
    func majorityLost() async throws {
        try await Sandbox.use("Q") { sandbox in
            let (name, successor) = (sandbox.cluster, "\(sandbox.cluster)-02")
            try await sandbox.upWithImage(members: 3)
            try await sandbox.client("launch", "tiny", "c1", "--target", successor, "--quiet")
            for index in 0...1 { try await sandbox.loseMachine("\(name)-0\(index)") }

            let status = try await sandbox.bcmcluster("status", "-c", name)
            #expect(status.ending == .exited(4))
            #expect(status.output.contains("The majority of the 3 voters is permanently lost"), "\(status.output)")
            let refused = try await sandbox.bcmcluster("repair", "-c", name)
            #expect(
                refused.ending == .exited(2) && refused.errors.contains("repair deletes data: not a terminal"))

            try await sandbox.mustRun("repair", "-c", name, "--yes")
            #expect(try await sandbox.online(successor) == Set((0...2).map { "\(name)-0\($0)" }))
            let repaired = try await sandbox.bcmcluster("status", "-c", name)
            #expect(repaired.succeeded, "\(repaired.output)")
            #expect(try await sandbox.client("remote", "get-default").trimmed == successor)
            #expect(try await sandbox.instances() == ["c1": "Running"])
            try await sandbox.mustRun("destroy", "-c", name, "--yes")
        }
    }
}

extension Sandbox {
    /// Takes a machine away with all that is in it, behind the tool's back.
    func loseMachine(_ name: String) async throws {
        let machine = "/var/lib/bcmcluster/machines/\(name)"
        let holder = try #require(Int32(FileManager.default.destinationOfSymbolicLink(atPath: "\(machine)/holder")))
        kill(holder, SIGKILL)
        try await must("rm", ["-rf", "--one-file-system", machine, "\(machine).owner"])
    }
}
