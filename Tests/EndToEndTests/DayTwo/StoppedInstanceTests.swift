import Foundation
import Provisioning
import Testing

extension DayTwo {
    /// What a stop of the machines could lose of the instances in them.
    @Suite struct StoppedInstances {
        @Test("Ephemeral instances are named and nothing stops; one that is slow gets its own time")
        func ephemeralAndSlow() async throws {
            try await Sandbox.use("TE") { sandbox in
                let name = sandbox.cluster
                try await sandbox.upWithImage(members: 2)
                try await sandbox.mustRun("snapshot", "create", "-c", name, "before")
                try await sandbox.lxc("launch", "tiny", "e1", "--ephemeral", "--target", "\(name)-01", "--quiet")

                for words in [
                    ["stop"], ["snapshot", "create"], ["snapshot", "restore", "before", "--yes"],
                    ["stop", "--dry-run"], ["member", "remove", "\(name)-01", "--yes"],
                ] {
                    let result = try await sandbox.run(Product.bcmcluster, words + ["-c", name])
                    #expect(result.ending == .exited(1), "\(words): \(result)")
                    let reason =
                        words[0] == "member"
                        ? "e1 cannot be moved: it is ephemeral, and stopping deletes it"
                        : "LXD deletes ephemeral instances when they stop: e1"
                    #expect(result.errors.contains(reason), "\(result)")
                    #expect(try await sandbox.instanceState(of: "e1") == "Running", "\(words)")
                }
                #expect(try await sandbox.online().count == 2)

                // The way out that the refusal names: the same field as in `lxc config edit`.
                let keep = #"{"ephemeral":false}"#
                try await sandbox.lxc("query", "--request", "PATCH", "--data", keep, "/1.0/instances/e1")
                try await makeSlow("e1", sandbox)
                try await sandbox.mustRun("stop", "-c", name)
                try await sandbox.mustRun("start", "-c", name)
                _ = try await SystemTime().wait(for: "e1", limit: .seconds(90), every: .milliseconds(200)) {
                    try await sandbox.instanceState(of: "e1") == "Running" ? true : nil
                }
                #expect(try await sandbox.lxc("exec", "e1", "--", "cat", "/root/ended") == "gracefully\n")
            }
        }

        /// Lets the instance take 40 seconds to stop, and says that it may take five minutes.
        private func makeSlow(_ instance: String, _ sandbox: Sandbox) async throws {
            let initial = """
                #!/bin/sh
                trap 'sleep 40; echo gracefully > /root/ended; exit 0' PWR
                while :; do sleep 3600 & wait; done

                """
            let path = try sandbox.write(initial, to: "init")
            try await sandbox.lxc("file", "push", path, "\(instance)/sbin/init", "--mode", "0755")
            try await sandbox.lxc("config", "set", instance, "boot.host_shutdown_timeout=300")
            try await sandbox.lxc("restart", instance, "--force")
        }
    }
}

extension Sandbox {
    /// What an instance of the cluster is doing, by the user's own client; nothing where there is none.
    func instanceState(of instance: String) async throws -> String? {
        struct Instance: Decodable { var status: String }
        let result = try await run("lxc", ["query", "/1.0/instances/\(instance)"])
        guard result.succeeded else { return nil }
        return try JSONDecoder().decode(Instance.self, from: Data(result.output.utf8)).status
    }
}
