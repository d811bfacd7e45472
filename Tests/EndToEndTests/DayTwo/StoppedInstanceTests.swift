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
                try await sandbox.client("launch", "tiny", "e1", "--ephemeral", "--target", "\(name)-01", "--quiet")

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
                try await sandbox.client("query", "--request", "PATCH", "--data", keep, "/1.0/instances/e1")
                try await makeSlow("e1", sandbox)
                try await sandbox.mustRun("stop", "-c", name)
                try await sandbox.mustRun("start", "-c", name)
                _ = try await SystemTime().wait(for: "e1", limit: .seconds(90), every: .milliseconds(200)) {
                    try await sandbox.instanceState(of: "e1") == "Running" ? true : nil
                }
                #expect(try await sandbox.client("exec", "e1", "--", "cat", "/root/ended") == "gracefully\n")
            }
        }

        /// How a run ends in the middle of stopping instances.
        enum End: String, CaseIterable, Sendable {
            case kill = "KILL"
            case interrupt = "INT"
        }

        @Test(
            "What ran before a stop that is cut off runs again after start; what the user changes meanwhile stays so",
            arguments: End.allCases)
        func cutOff(_ end: End) async throws {
            try await Sandbox.use("KI") { sandbox in
                let name = sandbox.cluster
                try await sandbox.upWithImage(members: 2)
                for (number, instance) in ["kept", "stopped", "deleted", "idle"].enumerated() {
                    try await sandbox.client(
                        "launch", "tiny", instance, "--target", "\(name)-0\(number % 2)", "--quiet")
                }
                try await sandbox.client("stop", "idle", "--force")
                let hook = try await Hook(
                    sandbox, at: "/\(name)-00/", "stop kept", does: "kill -\(end.rawValue) $PPID")
                let stop = try await sandbox.run(Product.bcmcluster, ["stop", "-c", name], adding: hook.variables)
                #expect(!stop.succeeded && hook.wasMet, "\(stop)")
                _ = try await SystemTime().wait(for: "kept to stop", limit: .seconds(90), every: .milliseconds(200)) {
                    try await sandbox.instanceState(of: "kept") == "Stopped" ? true : nil
                }
                // One that the user has started and stopped again is to stay off, however far the run had come with it.
                try await sandbox.retry(
                    Product.engine.client, ["restart", "stopped", "--force"], after: ["start", "stopped"])
                try await sandbox.retry(Product.engine.client, ["stop", "stopped", "--force"])
                try await sandbox.retry(Product.engine.client, ["delete", "deleted", "--force"])

                let interrupted =
                    "✗ Interrupted while instances were being stopped: kept. hint: bcmcluster start -c \(name)\n"
                // A busy cluster may take longer than one status does.
                _ = try await SystemTime().wait(for: interrupted, limit: .seconds(120), every: .milliseconds(200)) {
                    try await sandbox.bcmcluster("status", "-c", name).output.hasPrefix(interrupted) ? true : nil
                }
                try await sandbox.mustRun("start", "-c", name)
                #expect(try await sandbox.instances() == ["kept": "Running", "stopped": "Stopped", "idle": "Stopped"])
                #expect(try await sandbox.bcmcluster("status", "-c", name).succeeded)
                // A note that is over does not count later.
                try await sandbox.client("stop", "kept", "--force")
                try await sandbox.mustRun("up", "-c", name)
                #expect(try await sandbox.instanceState(of: "kept") == "Stopped")
            }
        }

        @Test("What ran before a snapshot that is killed runs again after the command of the hint")
        func cutOffSnapshot() async throws {
            try await Sandbox.use("KI") { sandbox in
                let name = sandbox.cluster
                try await sandbox.upWithImage(members: 2)
                for member in 0...1 {
                    try await sandbox.client(
                        "launch", "tiny", "c\(member)", "--target", "\(name)-0\(member)", "--quiet")
                }
                // Between the two stops and the notes for the daemons' start.
                let hook = try await Hook(
                    sandbox, at: "/\(name)-01/", "config set c1 volatile.last_state.power=RUNNING",
                    does: "kill -KILL $PPID; exit 1")
                let create = try await sandbox.run(
                    Product.bcmcluster, ["snapshot", "create", "-c", name, "s"], adding: hook.variables)
                #expect(!create.succeeded && hook.wasMet, "\(create)")
                let status = try await sandbox.bcmcluster("status", "-c", name)
                #expect(status.output.contains("hint: bcmcluster start -c \(name)"), "\(status.output)")
                try await sandbox.mustRun("start", "-c", name)
                #expect(try await sandbox.instances() == ["c0": "Running", "c1": "Running"])
                try await sandbox.mustRun("snapshot", "create", "-c", name, "s")
                try await sandbox.mustRun("snapshot", "restore", "-c", name, "s", "--yes")
                #expect(try await sandbox.instances() == ["c0": "Running", "c1": "Running"])
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
            try await sandbox.client("file", "push", path, "\(instance)/sbin/init", "--mode", "0755")
            try await sandbox.client("config", "set", instance, "boot.host_shutdown_timeout=300")
            try await sandbox.client("restart", instance, "--force")
        }
    }
}

extension Sandbox {
    /// Runs a command until it succeeds: LXD may be busy with what a killed run began.
    func retry(_ program: String, _ words: [String], after others: [String]? = nil) async throws {
        _ = try await SystemTime().wait(for: "\(words)", limit: .seconds(90), every: .milliseconds(300)) {
            if let others { _ = try await run(program, others) }
            return try await run(program, words).succeeded ? true : nil
        }
    }

    /// What an instance of the cluster is doing, by the user's own client; nothing where there is none.
    func instanceState(of instance: String) async throws -> String? {
        struct Instance: Decodable { var status: String }
        let result = try await run(Product.engine.client, ["query", "/1.0/instances/\(instance)"])
        guard result.succeeded else { return nil }
        return try JSONDecoder().decode(Instance.self, from: Data(result.output.utf8)).status
    }
}
