import Foundation
import Provisioning
import Testing

extension DayTwo {
    /// A member that its user has evacuated.
    @Suite struct EvacuatedMember {
        @Test("Nobody waits for it: up, member add, stop and start end well and name it; the hint brings it back")
        func isNotWaitedFor() async throws {
            try await Sandbox.use("WAE") { sandbox in
                let cluster = sandbox.cluster
                try await sandbox.mustRun("up", "-c", cluster, "-m", "2")
                // Another default: what is typed has to carry the remote.
                try await sandbox.client("remote", "switch", "local")
                try await sandbox.client("cluster", "evacuate", "\(cluster)-00:\(cluster)-02", "--force")
                let hint = "\(Product.engine.client) cluster restore \(cluster)-00:\(cluster)-02"
                let status = try await sandbox.bcmcluster("status", "-c", cluster)
                #expect(status.ending == .exited(4) && status.output.contains(hint), "\(status)")

                for words in [["up"], ["member", "add"], ["stop"], ["start"], ["up"]] {
                    let arguments = words + ["-c", cluster, "--json"]
                    let run = try await sandbox.run(Product.bcmcluster, arguments)
                    #expect(run.succeeded, "\(words): \(run)")
                    guard words != ["stop"] else { continue }
                    let said = run.output + run.errors
                    #expect(said.contains("\(cluster)-02 is evacuated") && said.contains(hint), "\(words): \(run)")
                }
                let restore = hint.split(separator: " ").dropFirst().map(String.init)
                let restored = try await sandbox.run(Product.engine.client, restore + ["--force"])
                #expect(restored.succeeded, "\(restored)")
                try await sandbox.waitForCodes("health") { $0.isEmpty }
                #expect(try await sandbox.online().count == 4)
            }
        }
    }
}
