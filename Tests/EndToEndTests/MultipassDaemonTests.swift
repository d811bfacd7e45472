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
                    try await sandbox.client("launch", "tiny", "c\(number)", "--target", member, "--quiet")
                }
                let before = try await processes(sandbox, 0...2)

                _ = try await multipass("exec", members[1], "--", "sudo", "pkill", "-STOP", "-f", "^lxd --group")
                try await sandbox.mustRun("repair", "-c", sandbox.cluster)
                #expect(try await sandbox.online() == Set(members))
                #expect(try await processes(sandbox, 0...2) == before)

                for member in members[1...] { _ = try await multipass("delete", "--purge", member) }
                try await waitForTheLoss(sandbox, members[0])
                let repair = try await sandbox.bcmcluster("repair", "-c", sandbox.cluster, "--yes")
                #expect(repair.succeeded, "\(repair.errors)")
                #expect(try await processes(sandbox, 0...0) == [before[0]])
                try await sandbox.mustRun("destroy", "-c", sandbox.cluster, "--yes")
            }
        }

        /// For a moment a leader believes that it has its followers.
        private func waitForTheLoss(_ sandbox: Sandbox, _ member: String) async throws {
            let words = ["exec", member, "--no-map-working-directory", "--", "sudo", "lxc", "cluster", "list"]
            _ = try await SystemTime().wait(for: "the loss", limit: .seconds(120), every: .milliseconds(200)) {
                let look = try await sandbox.run("timeout", ["5", "\(sandbox.folder)/bin/multipass"] + words)
                return look.succeeded ? nil : true
            }
        }

        /// The first process of each container, which is another one once it was started again.
        private func processes(_ sandbox: Sandbox, _ numbers: ClosedRange<Int>) async throws -> [Int] {
            struct State: Decodable { var pid: Int }
            var found: [Int] = []
            for number in numbers {
                let text = try await sandbox.client("query", "/1.0/instances/c\(number)/state")
                found.append(try JSONDecoder().decode(State.self, from: Data(text.utf8)).pid)
            }
            return found
        }
    }
}
