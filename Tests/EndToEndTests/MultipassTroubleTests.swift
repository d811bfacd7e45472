import Foundation
import Provisioning
import Testing

extension EndToEnd {
    /// What a real multipass does that an ideal one would not, by the stand-in, which is held to the state.
    @Suite(.timeLimit(.minutes(15))) struct MultipassTrouble {
        private static let options = ["--storage", "dir", "--provider", "multipass"]

        @Test(
            "destroy after an up that was interrupted in the launch leaves no VM, with and without a network",
            arguments: [false, true])
        func interruptedLaunch(noNetwork: Bool) async throws {
            try await Sandbox.useMultipass("ML") { sandbox, multipass in
                let slow = #""every": {"launchSeconds": 20, "absentSeconds": 12}"#
                try sandbox.setFaults("{\(slow)}")
                let up = try Spawned(sandbox, ["up", "-c", sandbox.cluster] + Self.options)
                try await Self.untilItIsPrepared("\(sandbox.cluster)-00", sandbox)
                up.send(SIGINT)
                #expect(try await up.wait() == 130)
                #expect(try await !multipass("list", "--no-ipv4").contains(sandbox.cluster), "not yet")
                try sandbox.setFaults("{\(slow), \"noNetwork\": \(noNetwork)}")
                try await sandbox.mustRun("destroy", "-c", sandbox.cluster, "--yes")
                #expect(try await !multipass("list", "--no-ipv4").contains(sandbox.cluster))
                #expect(try sandbox.rememberedMachines() == [], "nor is one on its way")
                #expect(try sandbox.runtimeContents() == [])
            }
        }

        /// Waits until the daemon has taken up the launch, whose machine `list` does not show yet.
        private static func untilItIsPrepared(_ machine: String, _ sandbox: Sandbox) async throws {
            _ = try await SystemTime().wait(for: "the launch", limit: .seconds(300), every: .milliseconds(50)) {
                try sandbox.rememberedMachines().contains(machine) ? true : nil
            }
        }

        @Test("From a folder that is mounted in the VM, exec runs the very words as root")
        func mountedFolder() async throws {
            try await Sandbox.useMultipass("MM") { sandbox, multipass in
                let (cluster, member) = (sandbox.cluster, "\(sandbox.cluster)-00")
                try await sandbox.mustRun("up", "-c", cluster, "--storage", "dir", "--provider", "multipass")
                let folder = "\(sandbox.folder)/my folder"
                try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
                _ = try await multipass("mount", folder, member)
                func inFolder(_ words: String...) async throws -> CommandResult {
                    let script = #"cd "$0" && exec "$@""#
                    let result = try await sandbox.run("sh", ["-c", script, folder, Product.bcmcluster] + words)
                    #expect(result.succeeded, "\(words): \(result.errors)")
                    return result
                }
                _ = try await inFolder("exec", "-c", cluster, "--", "touch", "/root/a b")
                let seen = try await inFolder("exec", "-c", cluster, "--", "sh", "-c", "ls /root; id -u")
                #expect(seen.output.contains("a b\n") && seen.output.hasSuffix("0\n"), "\(seen.output)")
                _ = try await inFolder("vm", "exec", member, "--", "touch", "/tmp/\(member) c")
                let listed = try await inFolder("vm", "exec", member, "--", "ls", "/tmp/\(member) c")
                #expect(listed.output == "/tmp/\(member) c\n", "\(listed.output)")
                // What the tool asks by itself goes the same way.
                #expect(try await inFolder("status", "-c", cluster).output.contains("is healthy"))
                try await sandbox.mustRun("exec", "-c", cluster, "--", "rm", "/root/a b", "/tmp/\(member) c")
                try await sandbox.mustRun("destroy", "-c", cluster, "--yes")
            }
        }

        @Test("One VM that hangs costs its row: status, list and vm list answer, and repair restarts nothing")
        func hungMachine() async throws {
            try await Sandbox.useMultipass("MH") { sandbox, multipass in
                let cluster = sandbox.cluster
                try await sandbox.mustRun("up", "-c", cluster, "-m", "2", "--storage", "dir", "--provider", "multipass")
                try sandbox.setFaults(#"{"machines": {"\#(cluster)-01": {"hung": true}}}"#)
                let status = try await sandbox.bcmcluster("status", "-c", cluster)
                #expect(status.ending == .exited(4))
                let rows = status.output.split(separator: "\n").map(String.init)
                #expect(rows.contains { $0.contains("\(cluster)-01") && $0.contains("no answer") }, "\(status.output)")
                #expect(rows.count { $0.contains("online") } >= 2, "\(status.output)")
                #expect(!status.output.contains("leader:") && !status.output.contains("majority"))
                let list = try await sandbox.mustRun("list").output
                #expect(list.contains("\(cluster)-01 did not answer"), "\(list)")
                let vms = try await sandbox.mustRun("vm", "list").output.split(separator: "\n")
                #expect(vms.count { $0.contains(cluster) && $0.contains("Running") } == 3, "\(vms)")
                #expect(try await multipass("list", "--no-ipv4").contains(cluster), "nothing holds the daemon")
                let repair = try await sandbox.bcmcluster("repair", "-c", cluster, "--yes")
                #expect(repair.ending == .exited(4) && repair.errors.contains("\(cluster)-01 hangs"))
                #expect(repair.errors.contains("multipass stop --force \(cluster)-01, then bcmcluster start"))
                let calls = try sandbox.multipassCalls()
                #expect(!calls.contains { $0.contains("restart") || $0.contains("reload") }, "nothing is proven")
                try sandbox.setFaults("{}")
                #expect(try await sandbox.mustRun("status", "-c", cluster).output.contains("is healthy"))
                #expect(
                    !calls.contains { $0.first == "list" && !$0.contains("--no-ipv4") && !$0.contains("--snapshots") })
                #expect(!calls.contains { $0.first == "exec" && !$0.contains("--no-map-working-directory") })
                try await sandbox.mustRun("destroy", "-c", cluster, "--yes")
            }
        }

        @Test("Questions and dry runs leave a cluster that is off as it is, and exec prints nothing of multipass's")
        func offStaysOff() async throws {
            try await Sandbox.useMultipass("MO") { sandbox, multipass in
                let cluster = sandbox.cluster
                let up = ["up", "-c", cluster, "-m", "1"] + Self.options
                try #require(try await sandbox.run(Product.bcmcluster, up).succeeded)
                try await sandbox.mustRun("stop", "-c", cluster)
                for words in [
                    ["status"], ["ps"], ["volume", "list"], ["snapshot", "create", "--dry-run"],
                    ["member", "remove", "--dry-run"], ["up", "--dry-run"], ["stop"], ["logs"], ["env", "show"],
                ] {
                    let target =
                        words.first == "member" ? ["\(cluster)-01"] : words.first == "snapshot" ? ["before"] : []
                    _ = try await sandbox.run(Product.bcmcluster, words + ["-c", cluster] + target)
                    let states = try await multipass("list", "--no-ipv4").split(separator: "\n")
                    #expect(states.count { $0.contains("Stopped") } == 2, "\(words): \(states)")
                }
                let refused = try await sandbox.bcmcluster("exec", "-c", cluster, "\(cluster)-00", "--", "echo", "hi")
                #expect(refused.ending == .exited(1) && refused.output.isEmpty, "\(refused)")
                #expect(refused.errors.contains("bcmcluster start -c \(cluster)"), "\(refused.errors)")
                try await sandbox.mustRun("start", "-c", cluster)
                // A standard input that is closed has ended.
                let closed = try await sandbox.run(
                    "sh", ["-c", #"exec "$0" vm exec "$1" -- cat <&-"#, Product.bcmcluster, "\(cluster)-00"])
                #expect(closed.succeeded && closed.output.isEmpty, "\(closed)")
                try await sandbox.mustRun("destroy", "-c", cluster, "--yes")
            }
        }

        @Test("A signal ends what waits for a multipass that hangs", arguments: [SIGINT, SIGTERM, SIGHUP])
        func signals(_ signal: Int32) async throws {
            try await Sandbox.useMultipass("MS") { sandbox, multipass in
                let light = sandbox.adding(["MULTIPASS_STAND_IN_LIGHT": "1"])
                _ = try await light.run("multipass", ["launch", "24.04", "--name", "other"])
                try sandbox.setFaults(#"{"every": {"hung": true}}"#)
                // Whoever asks for addresses holds the daemon.
                let holder = Task { try? await light.run("multipass", ["list"]) }
                for words in [
                    ["up", "-c", sandbox.cluster] + Self.options, ["vm", "list"], ["vm", "start", "other"], ["doctor"],
                ] {
                    let calls = try sandbox.multipassCalls().count
                    let run = try Spawned(light, words)
                    _ = try await SystemTime().wait(for: "a call", limit: .seconds(120), every: .milliseconds(20)) {
                        try sandbox.multipassCalls().count > calls ? true : nil
                    }
                    run.send(signal)
                    #expect(try await run.wait() == 128 + signal, "\(words)")
                    #expect(run.errors.contains("interrupted"), "\(run.errors)")
                }
                holder.cancel()
                try sandbox.setFaults("{}")
                _ = await holder.value
            }
        }

        @Test("Connections that cannot be made now and then stop nothing, also where something is changed")
        func passingTrouble() async throws {
            try await Sandbox.useMultipass("MP") { sandbox, _ in
                let some = Array(stride(from: 2, to: 400, by: 5))
                try sandbox.setFaults(#"{"every": {"timeoutExecs": \#(some)}}"#)
                let up = ["up", "-c", sandbox.cluster, "-m", "1"] + Self.options
                let result = try await sandbox.run(Product.bcmcluster, up)
                #expect(result.succeeded, "\(result.errors)")
                #expect(!result.errors.contains("\u{1b}") && !result.errors.contains("\u{8}"))
                try sandbox.setFaults("{}")
                try await sandbox.mustRun("destroy", "-c", sandbox.cluster, "--yes")
            }
        }
    }
}

extension Sandbox {
    /// The stand-in's folder.
    private var multipassFolder: String { environment["MULTIPASS_STAND_IN_DIR"] ?? "" }

    /// Changes how the stand-in behaves from now on.
    func setFaults(_ json: String) throws {
        try LocalFiles().makeFolder(multipassFolder, mode: 0o700)
        try LocalFiles().write(json, to: "\(multipassFolder)/faults.json", mode: 0o600)
    }

    /// The machines that the stand-in knows, those among them whose image is still being fetched.
    func rememberedMachines() throws -> Set<String> {
        struct State: Decodable {
            struct Machine: Decodable {}
            var instances: [String: Machine]
        }
        guard let text = try LocalFiles().read("\(multipassFolder)/state.json") else { return [] }
        return Set(try JSONDecoder().decode(State.self, from: Data(text.utf8)).instances.keys)
    }

    /// The arguments of every call of `multipass` so far.
    func multipassCalls() throws -> [[String]] {
        let lines = try LocalFiles().read("\(multipassFolder)/calls.log") ?? ""
        return try lines.split(separator: "\n").map { try JSONDecoder().decode([String].self, from: Data($0.utf8)) }
    }
}
