import Foundation
import Provisioning
import Testing

extension Units {
    /// What lives on a member when that leaves: instances of units and of others, with ports, volumes and addresses.
    @Suite(.serialized) struct Leaving {
        // MARK: Two members leave

        @Test(
            "Two members leave, one after the other: units stay complete, ports answer, volumes and addresses go along")
        func twoLeave() async throws {
            try await Sandbox.use("UL") { sandbox in
                try await sandbox.upWithImage(members: 4)
                let files = try await units(sandbox)
                try await handMade(on: "\(sandbox.cluster)-03", sandbox)
                for index in [3, 0] {
                    let leaving = "\(sandbox.cluster)-0\(index)"
                    let plan = try await sandbox.mustRun(
                        "member", "remove", "-c", sandbox.cluster, leaving, "--dry-run")
                    #expect(plan.output.contains("\(leaving): move its instances to other members"))
                    try await sandbox.mustRun("member", "remove", "-c", sandbox.cluster, leaving, "--yes")
                    try await everythingIsThere(files, sandbox)
                }
                let status = try await sandbox.bcmcluster("status", "-c", sandbox.cluster)
                #expect(status.succeeded, "\(status.output)")
                try await noPlaceIsLeft(sandbox)
            }
        }

        /// A unit with a port, one with volumes, one whose instances share a volume.
        private func units(_ sandbox: Sandbox) async throws -> [String] {
            let files = [
                try sandbox.unit("web", count: 2, "[[port]]\nlisten = 8080\ntarget = 80"),
                try sandbox.unit(
                    "store", count: 4,
                    "[[volume]]\nname = \"data\"\npath = \"/data\"\nsize = \"8MiB\"\nper-instance = true"),
                try sandbox.unit(
                    "both", count: 2, "[[volume]]\nname = \"all\"\npath = \"/all\"", instance: #"spread = "none""#),
            ]
            for file in files { try await sandbox.mustRun("run", "-c", sandbox.cluster, file) }
            _ = try await sandbox.inside("store", "sh", "-c", "hostname > /data/who")
            _ = try await sandbox.inside("both/1", "sh", "-c", "echo together > /all/word")
            return files
        }

        /// One that runs and listens at its member's own address, one behind LXD's address translation, one that is off.
        private func handMade(on member: String, _ sandbox: Sandbox) async throws {
            let address = try sandbox.address(of: member)
            try await sandbox.client("launch", "tiny", "hand", "--target", member, "--quiet")
            try await sandbox.client(
                "config", "device", "add", "hand", "p", "proxy", "listen=tcp:\(address):9000",
                "connect=tcp:127.0.0.1:80")
            let bridge = try await sandbox.client("network", "get", Product.engine.bridge, "ipv4.address").trimmed
            let fixed = bridge.replacing(/\.\d+\/\d+$/, with: ".77")
            try await sandbox.client("init", "tiny", "nat", "--target", member, "--quiet")
            try await sandbox.client("config", "device", "override", "nat", "eth0", "ipv4.address=\(fixed)")
            try await sandbox.client(
                "config", "device", "add", "nat", "p", "proxy", "listen=tcp:\(address):9001",
                "connect=tcp:\(fixed):80", "nat=true")
            try await sandbox.client("start", "nat")
            try await sandbox.client("init", "tiny", "off", "--target", member, "--quiet")
            try await sandbox.client("project", "create", "aside", "-c", "features.images=false")
            try await sandbox.client(
                "profile", "device", "add", "default", "root", "disk", "path=/", "pool=default", "--project", "aside")
            try await sandbox.client("init", "tiny", "beside", "--target", member, "--quiet", "--project", "aside")
            // Incus 6.0.4 copies no volume of another project to another member, and the word stands on the root disk.
            if Product.engine != .incus {
                try await sandbox.client(
                    "storage", "volume", "create", "default", "own", "--target", member, "--project", "aside")
                try await sandbox.client(
                    "config", "device", "add", "beside", "own", "disk", "pool=default", "source=own", "path=/own",
                    "--project", "aside")
            }
            try await sandbox.client("start", "beside", "--project", "aside")
            try await sandbox.client(
                "exec", "beside", "--project", "aside", "--", "sh", "-c", "mkdir -p /own && echo mine > /own/word")
        }

        private func everythingIsThere(_ files: [String], _ sandbox: Sandbox) async throws {
            for file in files {
                let changes = try await sandbox.changes("run", file)
                #expect(changes.allSatisfy { $0.sign == "=" }, "\(changes.map(\.brief))")
            }
            let shown = try await sandbox.ps()
            #expect(shown.count == 8 && shown.allSatisfy { $0.state == "running" }, "\(shown)")
            let states = try await sandbox.instances()
            #expect(states.filter { $0.value != "Running" }.map(\.key) == ["off"], "\(states)")
            let who = (1...4).map { "store-\($0): store-\($0)" }.joined(separator: "\n")
            try await sandbox.expect(who, by: "cat", "/data/who", in: "store")
            try await sandbox.expect("both-1: together\nboth-2: together", by: "cat", "/all/word", in: "both")
            let aside = try await sandbox.client("exec", "beside", "--project", "aside", "--", "cat", "/own/word")
            #expect(aside.trimmed == "mine")
            for instance in shown where instance.unit == "web" {
                #expect(try await sandbox.answer(of: instance.name, at: instance.member, 8080) == "pong")
            }
            for (name, port) in [("hand", 9000), ("nat", 9001)] {
                let member = try await sandbox.location(of: name)
                #expect(try await sandbox.answer(of: name, at: member, port) == "pong")
            }
        }

        /// Of two members each has a unit's port: neither can leave, and nothing is touched before that is said.
        private func noPlaceIsLeft(_ sandbox: Sandbox) async throws {
            let leaving = "\(sandbox.cluster)-02"
            try await sandbox.staysAsItIs(leaving, saying: ["cannot be placed", "port tcp 8080 is taken"])
            try await sandbox.mustRun("rm", "-c", sandbox.cluster, "web", "--yes")
            try await sandbox.mustRun("member", "remove", "-c", sandbox.cluster, leaving, "--yes")
            #expect(Set(try await sandbox.ps().map(\.member)) == ["\(sandbox.cluster)-01"])
        }

        // MARK: What could refuse

        @Test("Everything that could refuse is named before anything is touched, and then the member leaves")
        func refusals() async throws {
            try await Sandbox.use("UM") { sandbox in
                try await sandbox.upWithImage(members: 3)
                let leaving = "\(sandbox.cluster)-00"
                try await sandbox.client("launch", "tiny", "runs", "--target", leaving, "--quiet")
                try await sandbox.client("launch", "tiny", "cold", "--target", leaving, "--quiet")
                try await sandbox.client("pause", "cold")
                try await sandbox.client("launch", "tiny", "brief", "--ephemeral", "--target", leaving, "--quiet")
                try await sandbox.client(
                    "init", "tiny", "safe", "-c", "security.protection.delete=true", "--target", leaving, "--quiet")
                try await sandbox.client(
                    "init", "tiny", "fixed", "-c", "cluster.evacuate=stop", "--target", leaving, "--quiet")
                try await sandbox.client("init", "tiny", "saved", "--target", leaving, "--quiet")
                try await sandbox.client(
                    "query", "--wait", "--request", "POST", "--data", #"{"name":"b"}"#, "/1.0/instances/saved/backups")
                try await sandbox.client("storage", "volume", "create", "default", "kept", "--target", leaving)
                try await sandbox.staysAsItIs(
                    leaving,
                    saying: [
                        "cold cannot be moved: it is frozen", "brief cannot be moved: it is ephemeral",
                        "safe cannot be moved: it has security.protection.delete=true",
                        "fixed cannot be moved: it has cluster.evacuate=stop",
                        "saved cannot be moved: it has the backup b",
                        "the custom volume kept is on \(leaving), and no instance uses it",
                    ])
                try await foreignRemote(leaving, sandbox)
                try await followTheHints(leaving, sandbox)
                try await sandbox.mustRun("member", "remove", "-c", sandbox.cluster, leaving, "--yes")
                #expect(
                    try await sandbox.instances() == [
                        "runs": "Running", "cold": "Running", "safe": "Stopped", "fixed": "Stopped", "saved": "Stopped",
                    ])
                try await awayMembers(sandbox)
            }
        }

        /// The successor's name is that of a remote of the user's own.
        private func foreignRemote(_ leaving: String, _ sandbox: Sandbox) async throws {
            let other = "\(sandbox.cluster)-01"
            try await followTheHints(leaving, sandbox)
            let file = "\(sandbox.clientConfiguration)/config.yml"
            let text = try String(contentsOfFile: file, encoding: .utf8)
            let own = text.replacing(
                "remotes:\n", with: "remotes:\n  \(other):\n    addr: https://192.0.2.1:8443\n    protocol: lxd\n")
            try own.write(toFile: file, atomically: true, encoding: .utf8)
            try await sandbox.staysAsItIs(
                leaving, saying: ["your \(Product.engine.client) already has a remote named \(other)"])
            try await sandbox.client("remote", "remove", other)
        }

        private func followTheHints(_ leaving: String, _ sandbox: Sandbox) async throws {
            let target = "\(sandbox.cluster)-01"
            _ = try await sandbox.run(Product.engine.client, ["start", "cold"])
            _ = try await sandbox.run(Product.engine.client, ["delete", "brief", "--force"])
            _ = try await sandbox.run(
                Product.engine.client, ["config", "set", "safe", "security.protection.delete=false"])
            _ = try await sandbox.run(Product.engine.client, ["config", "set", "fixed", "cluster.evacuate=auto"])
            _ = try await sandbox.run(
                Product.engine.client,
                ["query", "--wait", "--request", "DELETE", "/1.0/instances/saved/backups/b?project=default"])
            _ = try await sandbox.run(
                Product.engine.client,
                [
                    "storage", "volume", "move", "default/kept", "default/kept", "--target", leaving,
                    "--destination-target", target,
                ])
        }

        /// One that is offline cannot leave; with it, no other can on whom the majority hangs.
        private func awayMembers(_ sandbox: Sandbox) async throws {
            try await sandbox.mustRun("member", "add", "-c", sandbox.cluster, "-n", "1")
            let (dead, other) = ("\(sandbox.cluster)-02", "\(sandbox.cluster)-03")
            try #require(try Daemon(dead)).kill()
            _ = try await SystemTime().wait(for: "it to be offline", limit: .seconds(120), every: .seconds(1)) {
                try await sandbox.online("\(sandbox.cluster)-01").contains(dead) ? nil : true
            }
            let refused = try await sandbox.bcmcluster("member", "remove", "-c", sandbox.cluster, dead, "--yes")
            #expect(refused.ending == .exited(1) && refused.errors.contains("\(dead) is offline"), "\(refused.errors)")
            let last = try await sandbox.bcmcluster("member", "remove", "-c", sandbox.cluster, other, "--yes")
            #expect(last.ending == .exited(1) && last.errors.contains("no quorum: \(dead) is dead"), "\(last.errors)")
            #expect(try await sandbox.online("\(sandbox.cluster)-01").contains(other))
            try await sandbox.mustRun("repair", "-c", sandbox.cluster, "--yes")
            try await sandbox.mustRun("member", "remove", "-c", sandbox.cluster, other, "--yes")
        }

        // MARK: Failures half-way

        @Test("What cannot start where it goes runs again where it was, and the member takes instances again")
        func startFails() async throws {
            try await Sandbox.use("UN") { sandbox in
                try await sandbox.upWithImage(members: 2)
                let leaving = "\(sandbox.cluster)-00"
                let store = try sandbox.unit(
                    "store", count: 2, "[[volume]]\nname = \"data\"\npath = \"/data\"\nper-instance = true")
                try await sandbox.mustRun("run", "-c", sandbox.cluster, store)
                _ = try await sandbox.inside("store", "sh", "-c", "hostname > /data/who")
                let moving = try #require(try await sandbox.ps("store").first { $0.member == leaving }?.name)
                // Somebody else has the port at the other member.
                let address = try sandbox.address(of: leaving)
                try await sandbox.client(
                    "config", "device", "add", moving, "p", "proxy", "listen=tcp:\(address):9000",
                    "connect=tcp:127.0.0.1:80")
                let listener = try await occupy(9000, of: "\(sandbox.cluster)-01", sandbox)
                try await sandbox.staysAsItIs(
                    leaving, saying: ["\(moving) could not be moved to \(sandbox.cluster)-01, and is unchanged"])
                listener.end()
                let volumes = try await sandbox.client(
                    "storage", "volume", "list", "default", "type=custom", "--format", "csv", "--columns", "nL")
                #expect(volumes.split(separator: "\n").count == 2, "\(volumes)")
                try await sandbox.mustRun("member", "remove", "-c", sandbox.cluster, leaving, "--yes")
                try await sandbox.expect("store-1: store-1\nstore-2: store-2", by: "cat", "/data/who", in: "store")
                // Its own device is not the file's.
                #expect(
                    try await sandbox.changes("run", store).filter { $0.kind == "volume" }.allSatisfy { $0.sign == "=" }
                )
                #expect(try await sandbox.answer(of: moving, at: "\(sandbox.cluster)-01", 9000) == "pong")
            }
        }

        /// Listens at a port of the member until it is ended.
        private func occupy(_ port: Int, of member: String, _ sandbox: Sandbox) async throws -> Listener {
            let listener = try Listener(port, in: "bcm-\(member)")
            _ = try await SystemTime().wait(for: "the listener", limit: .seconds(60), every: .milliseconds(100)) {
                let listed = try await sandbox.run("ip", ["netns", "exec", "bcm-\(member)", "ss", "-lnt"])
                return listed.output.contains(":\(port) ") ? true : nil
            }
            return listener
        }

        @Test("A volume that comes at the last moment keeps the member, which takes instances again")
        func lateVolume() async throws {
            try await Sandbox.use("UO") { sandbox in
                try await sandbox.upWithImage(members: 2)
                let leaving = "\(sandbox.cluster)-01"
                for index in 1...4 {
                    try await sandbox.client("launch", "tiny", "c\(index)", "--target", leaving, "--quiet")
                }
                let run = try Spawned(sandbox, ["member", "remove", "-c", sandbox.cluster, leaving, "--yes"])
                try await sandbox.untilClosed(leaving)
                try await sandbox.client("storage", "volume", "create", "default", "late", "--target", leaving)
                #expect(try await run.wait() == 1)
                #expect(run.errors.contains("the custom volume late is on \(leaving)"), "\(run.errors)")
                #expect(try await sandbox.scheduling(of: leaving) == [:])
                #expect(Set(try await sandbox.instances().values) == ["Running"])
                try await sandbox.client("storage", "volume", "delete", "default", "late", "--target", leaving)
                try await sandbox.mustRun("member", "remove", "-c", sandbox.cluster, leaving, "--yes")
                #expect(Set(try await sandbox.instances().values) == ["Running"])
            }
        }

        @Test("A member that dies while it is emptied: what ran runs again once it is repaired, and it leaves then")
        func dies() async throws {
            try await Sandbox.use("UP") { sandbox in
                try await sandbox.upWithImage(members: 3)
                let leaving = "\(sandbox.cluster)-02"
                for index in 1...5 {
                    try await sandbox.client("launch", "tiny", "c\(index)", "--target", leaving, "--quiet")
                }
                let run = try Spawned(sandbox, ["member", "remove", "-c", sandbox.cluster, leaving, "--yes"])
                try await sandbox.untilOneHasMoved(from: leaving)
                try #require(try Daemon(leaving)).kill()
                #expect(try await run.wait(seconds: 300) == 1)
                try await sandbox.mustRun("repair", "-c", sandbox.cluster, "--yes")
                try await sandbox.mustRun("member", "remove", "-c", sandbox.cluster, leaving, "--yes")
                let states = try await sandbox.instances()
                #expect(states == Dictionary(uniqueKeysWithValues: (1...5).map { ("c\($0)", "Running") }))
            }
        }

        // MARK: Ended half-way

        @Test(
            "A run that is ended half-way leaves nothing stopped; after a kill the next one starts what was",
            arguments: [SIGINT, SIGTERM, SIGKILL])
        func ended(by signal: Int32) async throws {
            try await Sandbox.use("UQ") { sandbox in
                try await sandbox.upWithImage(members: 2)
                let leaving = "\(sandbox.cluster)-01"
                let store = try sandbox.unit(
                    "store", count: 6, "[[volume]]\nname = \"data\"\npath = \"/data\"\nper-instance = true")
                try await sandbox.mustRun("run", "-c", sandbox.cluster, store)
                _ = try await sandbox.inside("store", "sh", "-c", "hostname > /data/who")
                let run = try Spawned(sandbox, ["member", "remove", "-c", sandbox.cluster, leaving, "--yes"])
                // In the middle of a move.
                _ = try await SystemTime().wait(for: "one to stop", limit: .seconds(120), every: .milliseconds(20)) {
                    try await sandbox.instances().values.contains("Stopped") ? true : nil
                }
                run.send(signal)
                let status = try await run.wait()
                if signal == SIGKILL {
                    #expect(status == -SIGKILL)
                } else {
                    #expect(status == 128 + signal)
                    #expect(run.errors.contains("interrupted: re-run bcmcluster member remove"), "\(run.errors)")
                    #expect(Set(try await sandbox.instances().values) == ["Running"])
                    #expect(try await sandbox.scheduling(of: leaving) == [:])
                    #expect(try await sandbox.changes("run", store).allSatisfy { $0.sign == "=" })
                }
                try await sandbox.mustRun("member", "remove", "-c", sandbox.cluster, leaving, "--yes")
                #expect(Set(try await sandbox.instances().values) == ["Running"])
                #expect(try await sandbox.changes("run", store).allSatisfy { $0.sign == "=" })
                let who = (1...6).map { "store-\($0): store-\($0)" }.joined(separator: "\n")
                try await sandbox.expect(who, by: "cat", "/data/who", in: "store")
                let left = try await sandbox.client("list", "--format", "json", "--all-projects")
                #expect(!left.contains("user.bcm.moving"))
            }
        }
    }
}

/// A process that listens at a port in a network namespace.
final class Listener {
    private let number: pid_t

    init(_ port: Int, in namespace: String) throws {
        let words = [
            "ip", "netns", "exec", namespace, "busybox", "nc", "-ll", "-p", "\(port)", "-e", "true",
        ]
        let argv: [UnsafeMutablePointer<CChar>?] = words.map { strdup($0) } + [nil]
        defer { argv.forEach { free($0) } }
        var number: pid_t = 0
        try #require(posix_spawnp(&number, "ip", nil, nil, argv, environ) == 0)
        self.number = number
    }

    func end() {
        kill(number, SIGKILL)
        var status: Int32 = 0
        waitpid(number, &status, 0)
    }
}

extension Sandbox {
    /// The member's address on the machines' own network.
    func address(of member: String) throws -> IPv4 {
        let name = try #require(MemberName(member, of: try ClusterName(cluster)))
        return try #require(try state().member(name)?.address)
    }

    /// The member on which an instance is.
    func location(of instance: String) async throws -> String {
        try await client("list", "^\(instance)$", "--format", "csv", "--columns", "L").trimmed
    }

    /// What answers at a port of the member, once a program listens at port 80 of that instance.
    func answer(of instance: String, at member: String, _ port: Int) async throws -> String {
        let address = try address(of: member)
        return try await SystemTime().wait(
            for: "port \(port) of \(instance) at \(member)", limit: .seconds(120), every: .milliseconds(200)
        ) {
            // LXD loses a command now and then; a second listener ends at once.
            try await client(
                "exec", instance, "--", "sh", "-c", "nc -ll -p 80 -e echo pong >/dev/null 2>&1 </dev/null & sleep 0.2")
            let script = "exec 3<>/dev/tcp/\(address)/\(port) && head -c 4 <&3"
            let result = try await run("timeout", ["10", "bash", "-c", script])
            return result.output.isEmpty ? nil : result.output
        }
    }

    /// What decides whether LXD chooses the member for new instances.
    func scheduling(of member: String) async throws -> [String: String] {
        struct Member: Decodable { var config: [String: String]? }
        let text = try await client("query", "/1.0/cluster/members/\(member)")
        return try JSONDecoder().decode(Member.self, from: Data(text.utf8)).config ?? [:]
    }

    /// Waits until a run has begun to empty the member.
    func untilClosed(_ member: String) async throws {
        _ = try await SystemTime().wait(for: "the member to be closed", limit: .seconds(120), every: .milliseconds(50))
        {
            try await scheduling(of: member)["scheduler.instance"] == "manual" ? true : nil
        }
    }

    /// Waits until an instance has left the member, where others are still.
    func untilOneHasMoved(from member: String) async throws {
        _ = try await SystemTime().wait(for: "one to move", limit: .seconds(120), every: .milliseconds(20)) {
            let places = try await client("list", "--format", "csv", "--columns", "L").split(separator: "\n")
            return places.contains { $0 != member } ? true : nil
        }
    }

    /// Requires that the member's removal is refused with all of that said, and that everything is as it was.
    func staysAsItIs(_ member: String, saying parts: [String], at location: SourceLocation = #_sourceLocation)
        async throws
    {
        let before = try await instances()
        let places = try await client("list", "--format", "csv", "--columns", "nL")
        let remote = try await client("remote", "get-default")
        let result = try await bcmcluster("member", "remove", "-c", cluster, member, "--yes")
        #expect(result.ending == .exited(1), "\(result.errors)", sourceLocation: location)
        for part in parts { #expect(result.errors.contains(part), "\(result.errors)", sourceLocation: location) }
        #expect(try await instances() == before, sourceLocation: location)
        #expect(try await client("list", "--format", "csv", "--columns", "nL") == places, sourceLocation: location)
        #expect(try await client("remote", "get-default") == remote, sourceLocation: location)
        #expect(try await scheduling(of: member) == [:], sourceLocation: location)
        #expect(try await online(remote.trimmed).contains(member), sourceLocation: location)
    }
}
