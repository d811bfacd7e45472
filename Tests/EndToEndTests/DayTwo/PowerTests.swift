import Foundation
import Provisioning
import Testing

extension DayTwo {
    /// A cluster that is restarted again.
    @Suite struct Power {
        @Test("stop, start, a reboot of the host, a member without a machine: what ran runs again, and nothing is made")
        func offAndOn() async throws {
            try await Sandbox.use("T") { sandbox in
                try await sandbox.upWithImage(members: 3)
                try await sandbox.client("launch", "tiny", "c1", "--target", "\(sandbox.cluster)-01", "--quiet")
                let idle = try await sandbox.mustRun("start", "-c", sandbox.cluster, "--json")
                #expect(idle.lastLine.contains(#""failures":[]"#))

                let plan = try await DryRun(sandbox, "stop", "-c", sandbox.cluster)
                #expect(plan.steps.count == 6)
                #expect(try await sandbox.online().count == 3, "a dry run stops nothing")
                try await stop(sandbox)
                try await start(sandbox)
                try await stop(sandbox)
                try await reboot(sandbox)
                try await start(sandbox)
                try await withoutAMachine(sandbox)
            }
        }

        private func stop(_ sandbox: Sandbox) async throws {
            let stop = try await sandbox.mustRun("stop", "-c", sandbox.cluster, "--json")
            #expect(stop.errors.contains("cluster \(sandbox.cluster) stopped ("))
            let status = try await sandbox.bcmcluster("status", "-c", sandbox.cluster)
            #expect(status.ending == .exited(4))
            #expect(status.output.hasPrefix("✗ Stopped. hint: bcmcluster start -c \(sandbox.cluster)\n"))
            for member in 0...2 { #expect(try Daemon("\(sandbox.cluster)-0\(member)") == nil) }
            let again = try await sandbox.mustRun("stop", "-c", sandbox.cluster)
            #expect(again.errors.contains("is stopped, unchanged"))
        }

        private func start(_ sandbox: Sandbox) async throws {
            try await sandbox.mustRun("start", "-c", sandbox.cluster, "--dry-run", "--json")
            try await sandbox.mustRun("start", "-c", sandbox.cluster, "--json")
            #expect(try await sandbox.online().count == 3)
            _ = try await SystemTime().wait(for: "the container", limit: .seconds(90), every: .milliseconds(200)) {
                let state = try await sandbox.run(Product.engine.client, ["query", "/1.0/instances/c1"])
                return state.output.contains(#""status": "Running""#) ? true : nil
            }
        }

        /// What a reboot takes of a cluster that is off: the bridge and the rules.
        private func reboot(_ sandbox: Sandbox) async throws {
            let identifier = try sandbox.state().identifier
            try await sandbox.must("ip", ["link", "delete", "bcm\(identifier)"])
            try await sandbox.must("nft", ["delete", "table", "ip", "bcm\(identifier)"])
        }

        private func withoutAMachine(_ sandbox: Sandbox) async throws {
            try await stop(sandbox)
            let machine = "/var/lib/bcmcluster/machines/\(sandbox.cluster)-02"
            try await sandbox.must("rm", ["-rf", "--one-file-system", machine, "\(machine).owner"])
            let start = try await sandbox.bcmcluster("start", "-c", sandbox.cluster)
            #expect(start.ending == .exited(1))
            #expect(start.errors.contains("\(sandbox.cluster)-02 has no machine, and start does not create one"))
            #expect(!FileManager.default.fileExists(atPath: machine))
            // The others are up all the same, as soon as they have found each other.
            _ = try await SystemTime().wait(for: "two members", limit: .seconds(90), every: .milliseconds(200)) {
                let online = try? await sandbox.online()
                return online?.count ?? 0 >= 2 ? true : nil
            }
        }
    }
}
