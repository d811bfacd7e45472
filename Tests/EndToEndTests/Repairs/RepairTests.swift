import Foundation
import Provisioning
import Testing

extension Repairs {
    /// What `repair` repairs.
    @Suite struct Repair {
        @Test("A dead and a hanging daemon, a lost remote, a member without its machine; what runs elsewhere continues")
        func mends() async throws {
            try await Sandbox.use("R") { sandbox in
                try await sandbox.upWithImage(members: 3)
                try await sandbox.client("launch", "tiny", "c1", "--target", "\(sandbox.cluster)-01", "--quiet")
                let before = try await process(sandbox)
                let idle = try await sandbox.mustRun("repair", "-c", sandbox.cluster, "--json")
                #expect(idle.errors.contains("nothing to repair"))

                try #require(try Daemon("\(sandbox.cluster)-01")).kill()
                kill(try #require(try Daemon("\(sandbox.cluster)-02")).number, SIGSTOP)
                try await sandbox.client("remote", "switch", "local")
                try await sandbox.client("remote", "remove", "\(sandbox.cluster)-00")
                let plan = try await sandbox.mustRun("repair", "-c", sandbox.cluster, "--dry-run")
                #expect(plan.output.contains("\(sandbox.cluster)-01: restart the daemon"))
                #expect(try Daemon("\(sandbox.cluster)-01") == nil, "a dry run mends nothing")
                try await sandbox.mustRun("repair", "-c", sandbox.cluster, "--dry-run", "--json")
                let repaired = try await sandbox.mustRun("repair", "-c", sandbox.cluster, "--json")
                #expect(repaired.errors.contains("  \(sandbox.cluster)-02: restart the daemon\n"), "said first")
                try await healthy(sandbox)
                #expect(try await process(sandbox) == before, "the container was not started anew")
                try await machineLost(sandbox)
                #expect(try await process(sandbox) == before, "nor for that")
            }
        }

        private func healthy(_ sandbox: Sandbox) async throws {
            #expect(try await sandbox.online().count == 3)
            let status = try await sandbox.bcmcluster("status", "-c", sandbox.cluster)
            #expect(status.succeeded, "\(status.output)")
        }

        private func machineLost(_ sandbox: Sandbox) async throws {
            try await sandbox.loseMachine("\(sandbox.cluster)-02")
            let refused = try await sandbox.bcmcluster("repair", "-c", sandbox.cluster)
            #expect(refused.ending == .exited(2))
            #expect(refused.errors.contains("the data on \(sandbox.cluster)-02"))
            try await sandbox.mustRun("repair", "-c", sandbox.cluster, "--yes")
            try await healthy(sandbox)
        }

        private func process(_ sandbox: Sandbox) async throws -> Int {
            struct State: Decodable { var pid: Int }
            // A member that is online again may need a moment more until others can hand it questions.
            let text = try await SystemTime().wait(for: "c1", limit: .seconds(60), every: .milliseconds(200)) {
                let result = try await sandbox.run(
                    Product.engine.client, ["query", "\(sandbox.cluster)-00:/1.0/instances/c1/state"])
                return result.succeeded ? result.output : nil
            }
            return try JSONDecoder().decode(State.self, from: Data(text.utf8)).pid
        }
    }
}
