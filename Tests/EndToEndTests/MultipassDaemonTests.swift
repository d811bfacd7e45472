import Foundation
import Provisioning
import Testing

extension EndToEnd {
    /// The snap's daemon in VMs: whatever is done to it, instances keep running.
    @Suite struct MultipassDaemons {
        @Test("A hung daemon, a leader that leaves, a lost quorum: the instances beside keep running")
        func instancesKeepRunning() async throws {
            try await Sandbox.useMultipass("MD") { sandbox, multipass in
                let members = (0...2).map { "\(sandbox.cluster)-0\($0)" }
                try await sandbox.mustRun(
                    "up", "-c", sandbox.cluster, "-m", "2", "--storage", "dir", "--provider", "multipass")
                try await sandbox.importImage()
                for (number, member) in members.enumerated() {
                    try await sandbox.lxc("launch", "tiny", "c\(number)", "--target", member, "--quiet")
                }
                let before = try await processes(sandbox, 0...2)

                _ = try await multipass("exec", members[1], "--", "sudo", "pkill", "-STOP", "-f", "^lxd --group")
                try await sandbox.mustRun("repair", "-c", sandbox.cluster)
                #expect(try await sandbox.online() == Set(members))
                #expect(try await processes(sandbox, 0...2) == before)

                for member in members[1...] { _ = try await multipass("delete", "--purge", member) }
                let repair = try await sandbox.bcmcluster("repair", "-c", sandbox.cluster, "--yes")
                #expect(repair.succeeded, "\(repair.errors)")
                #expect(try await processes(sandbox, 0...0) == [before[0]])
                try await sandbox.mustRun("destroy", "-c", sandbox.cluster, "--yes")
            }
        }

        /// The first process of each container, which is another one once it was started again.
        private func processes(_ sandbox: Sandbox, _ numbers: ClosedRange<Int>) async throws -> [Int] {
            struct State: Decodable { var pid: Int }
            var found: [Int] = []
            for number in numbers {
                let text = try await sandbox.lxc("query", "/1.0/instances/c\(number)/state")
                found.append(try JSONDecoder().decode(State.self, from: Data(text.utf8)).pid)
            }
            return found
        }
    }
}
