import Foundation
import Provisioning
import Testing

extension Units {
    /// Keys of a unit's file that touch members, the engine's own ways, and cloud-init, on one cluster.
    @Suite struct Keys {
        private static let key =
            "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIGX0cvrCNOMPPVz8ZFrrrDsyqYlm1kQ9IOTOQ7OJ8Lkm me@home"

        @Test("Mounts, ranges of ports, devices, restarts, keys of SSH, variables of files, profiles and groups")
        func keys() async throws {
            try await Sandbox.use("KY") { sandbox in
                try await sandbox.upWithImage(members: 2)
                for name in ["shared", "out"] {
                    try await sandbox.must("mkdir", ["-m", "0777", "\(sandbox.folder)/\(name)"])
                }
                _ = try sandbox.write("from the member\n", to: "shared/file")
                _ = try sandbox.write("\(Self.key)\n", to: "keys.pub")
                _ = try sandbox.write("# variables\nA=one\nB=two\nAPI_TOKEN=v3ry-s3cret\n", to: "all.env")
                try await refuses(sandbox)
                try await sandbox.client("profile", "create", "extra")
                try await sandbox.client("profile", "set", "extra", "user.extra", "yes")
                try await sandbox.client("cluster", "group", "create", "chosen")
                try await sandbox.client("cluster", "group", "assign", "\(sandbox.cluster)-01", "default,chosen")
                let path = try sandbox.write(file(sandbox), to: "all.toml")
                try await make(path, sandbox)
                try await isAsItsFileSays(sandbox)
                try await answers(sandbox)
                try await twoUnitsOnAPort(sandbox)
                try await restarts(sandbox)
                try await changesInPlace(path, sandbox)
            }
        }

        private func file(_ sandbox: Sandbox, rest: String = "") -> String {
            """
            [spacecore]
            name = "all"
            [hardware]
            memory = 48
            ref = "tiny"

            [instance]
            restart = "always"
            profile = "extra"
            group = "chosen"
            ssh-keys = "keys.pub"
            env-file = "all.env"
            [instance.env]
            B = "own"

            [[mount]]
            source = "\(sandbox.folder)/shared"
            path = "/srv/shared"
            [[mount]]
            source = "\(sandbox.folder)/out"
            path = "/srv/out"
            read-only = false

            [[port]]
            listen = "8000-8002"
            target = "9000-9002"
            [[port]]
            listen = "8000-8001"
            protocol = "udp"
            [[port]]
            listen = "127.0.0.1:8100"
            target = 9001
            [[port]]
            listen = "[::]:8101"
            target = 9001

            [[device]]
            name = "zero"
            type = "unix-char"
            source = "/dev/zero"
            path = "/dev/naught"
            mode = "0666"
            """
        }

        /// The member on which all of it goes: the only one of the group.
        private func member(_ sandbox: Sandbox) -> String { "\(sandbox.cluster)-01" }

        private func refuses(_ sandbox: Sandbox) async throws {
            func refuses(_ rest: String, instance: String = "", status: Int32 = 1, _ sentence: String) async throws {
                try await sandbox.refuses(
                    "run", try sandbox.unit("no", rest, instance: instance), status: status, saying: sentence)
            }
            let first = "\(sandbox.cluster)-00"
            try await refuses(
                "[[mount]]\nsource = \"/srv/nowhere\"\npath = \"/x\"",
                "no cannot mount /srv/nowhere: \(first) has no such folder")
            try await sandbox.must("ln", ["-s", "/", "\(sandbox.folder)/root"])
            try await refuses(
                "[[mount]]\nsource = \"\(sandbox.folder)/root\"\npath = \"/x\"", status: 2,
                "on \(first) it is /, which is the member's whole file system")
            try await refuses(
                "[[mount]]\nsource = \"/\"\npath = \"/x\"", status: 2, "line 10, column 10: mount[0].source")
            try await refuses(
                "[[device]]\ntype = \"unix-char\"\nsource = \"/dev/nowhere\"",
                "no cannot have the device /dev/nowhere: \(first) has no such character device")
            try await refuses("", instance: "profile = \"extra\"", status: 2, "the cluster has no profile extra")
            try await refuses("", instance: "group = \"chosen\"", status: 2, "the cluster has no group chosen")
            try await refuses(
                "[[port]]\nlisten = \"192.0.2.77:80\"",
                "no member takes new instances: \(first) does not have the address 192.0.2.77")
            #expect(try await sandbox.ps() == [], "nothing was made")
        }

        private func make(_ path: String, _ sandbox: Sandbox) async throws {
            let planned = try await sandbox.changes("run", path, "--dry-run")
            #expect(planned.map(\.brief) == ["+ instance all-1"])
            #expect(planned[0].message == "on \(member(sandbox)): the only member of the group chosen")
            let text = try await sandbox.mustRun("run", "-c", sandbox.cluster, path, "--dry-run")
            #expect(!text.output.contains("v3ry-s3cret") && !text.output.contains("AAAAC3"), "\(text.output)")
            let run = try await sandbox.mustRun("run", "-c", sandbox.cluster, path, "--wait-for", "running")
            if Product.engine == .lxd {
                #expect(run.errors.contains("restarts none that ends by itself"), "\(run.errors)")
                #expect(run.errors.contains("does not shift owners in mounts"), "\(run.errors)")
            } else {
                #expect(!run.errors.contains("restarts") && !run.errors.contains("shift"), "\(run.errors)")
            }
            #expect(try await sandbox.changes("run", path).map(\.sign) == ["="])
        }

        private func instance(_ sandbox: Sandbox) async throws -> ClusterInstance {
            let text = try await sandbox.client("query", "\(sandbox.cluster)-00:/1.0/instances/all-1")
            return try JSONDecoder().decode(ClusterInstance.self, from: Data(text.utf8))
        }

        private func isAsItsFileSays(_ sandbox: Sandbox) async throws {
            let instance = try await instance(sandbox)
            let config = instance.config ?? [:]
            #expect(instance.location == member(sandbox) && instance.profiles == ["default", "extra"])
            #expect(config["boot.autostart"] == "true")
            #expect(config["boot.autorestart"] == (Product.engine == .lxd ? nil : "true"))
            #expect(config["cloud-init.vendor-data"] == "#cloud-config\nssh_authorized_keys:\n- \"\(Self.key)\"\n")
            try await sandbox.expect("one own v3ry-s3cret", by: "sh", "-c", "echo $A $B $API_TOKEN", in: "all")
            try await sandbox.expect("from the member", by: "cat", "/srv/shared/file", in: "all")
            try await sandbox.expect(
                "read-only", by: "sh", "-c", "touch /srv/shared/new 2>/dev/null && echo written || echo read-only",
                in: "all")
            _ = try await sandbox.inside("all", "sh", "-c", "echo from all >/srv/out/said")
            #expect(try String(contentsOfFile: "\(sandbox.folder)/out/said", encoding: .utf8) == "from all\n")
            // Only its owner, root of the member, may read it.
            try await sandbox.must(
                "sh", ["-c", "echo mine >\(sandbox.folder)/shared/own; chmod 600 \(sandbox.folder)/shared/own"])
            let seen = Product.engine == .lxd ? "closed" : "mine"
            try await sandbox.expect(seen, by: "sh", "-c", "cat /srv/shared/own 2>/dev/null || echo closed", in: "all")
            try await sandbox.expect(
                "4 666", by: "sh", "-c",
                "busybox head -c 4 /dev/naught | busybox wc -c | busybox tr '\\n' ' '; busybox stat -c %a /dev/naught",
                in: "all")
            let listing = try await sandbox.mustRun("ps", "-c", sandbox.cluster, "all", "--json")
            #expect(listing.output.contains("\"count\""), "\(listing.output)")
            let table = try await sandbox.mustRun("ps", "-c", sandbox.cluster, "all", adding: ["COLUMNS": "400"])
            for port in ["\(member(sandbox)):8000-8002→9000-9002", "8000-8001→8000-8001/udp", "127.0.0.1:8100→9001"] {
                #expect(table.output.contains(port), "\(table.output)")
            }
        }

        /// What answers at a port of the member.
        private func answer(_ sandbox: Sandbox, _ port: Int, at address: String) async throws -> String {
            try await SystemTime().wait(for: "port \(port)", limit: .seconds(60), every: .milliseconds(200)) {
                let script = "exec 3<>/dev/tcp/\(address)/\(port) && head -c 5 <&3"
                let result = try await sandbox.run("timeout", ["10", "bash", "-c", script])
                return result.output.isEmpty ? nil : result.output
            }
        }

        private func answers(_ sandbox: Sandbox) async throws {
            let member = try #require(MemberName(member(sandbox), of: try ClusterName(sandbox.cluster)))
            let address = try #require(try sandbox.state().member(member)?.address)
            for port in 9000...9002 {
                _ = try await sandbox.inside(
                    "all", "sh", "-c", "nc -ll -p \(port) -e echo \(port)! >/dev/null 2>&1 </dev/null & sleep 0.2")
            }
            for (port, target) in [(8000, 9000), (8001, 9001), (8002, 9002), (8101, 9001)] {
                #expect(try await answer(sandbox, port, at: "\(address)") == "\(target)!")
            }
            // What listens on the member itself does not answer from elsewhere.
            let script = "exec 3<>/dev/tcp/\(address)/8100 && head -c 5 <&3"
            let elsewhere = try await sandbox.run("timeout", ["10", "bash", "-c", script])
            #expect(elsewhere.output.isEmpty && !elsewhere.succeeded)
            let inside = try await sandbox.bcmcluster(
                "exec", "-c", sandbox.cluster, "\(member)", "--", "bash", "-c",
                "exec 3<>/dev/tcp/127.0.0.1/8100 && head -c 5 <&3")
            #expect(inside.output.contains("9001!"), "\(inside)")
        }

        /// One port of a member is one unit's at one address, and another's at another; at all addresses it is nobody else's.
        private func twoUnitsOnAPort(_ sandbox: Sandbox) async throws {
            let group = "group = \"chosen\""
            let special = try sandbox.unit("special", "[[port]]\nlisten = \"127.0.0.2:8100\"", instance: group)
            _ = try await sandbox.bcmcluster(
                "exec", "-c", sandbox.cluster, member(sandbox), "--", "ip", "address", "add", "127.0.0.2/8", "dev", "lo"
            )
            try await sandbox.mustRun("run", "-c", sandbox.cluster, special)
            #expect(try await sandbox.ps("special").map(\.member) == [member(sandbox)])
            for listen in ["\"8090-8100\"", "\"127.0.0.1:8100\"", "\"[::]:8001\""] {
                let rival = try sandbox.unit("rival", "[[port]]\nlisten = \(listen)", instance: group)
                try await sandbox.refuses("run", rival, saying: "rival-1 cannot be placed: on each member")
            }
            try await sandbox.mustRun("rm", "-c", sandbox.cluster, "special", "--yes")
        }

        /// Where the engine restarts what ends by itself, it does.
        private func restarts(_ sandbox: Sandbox) async throws {
            guard Product.engine != .lxd else { return }
            struct State: Decodable {
                var pid: Int32
                var status: String
            }
            func state() async throws -> State? {
                // While it restarts the engine finds no process, and its question fails.
                let place = "\(sandbox.cluster)-00:/1.0/instances/all-1/state"
                let told = try await sandbox.run(Product.engine.client, ["query", place])
                return told.succeeded ? try JSONDecoder().decode(State.self, from: Data(told.output.utf8)) : nil
            }
            let before = try #require(try await state())
            #expect(before.pid > 1)
            // The number is one of the member's own processes.
            let killed = try await sandbox.bcmcluster(
                "exec", "-c", sandbox.cluster, member(sandbox), "--", "kill", "-9", "\(before.pid)")
            #expect(killed.succeeded, "\(killed)")
            let after = try await SystemTime().wait(for: "its restart", limit: .seconds(120), every: .milliseconds(300))
            {
                let found = try await state()
                return found?.status == "Running" && found?.pid ?? 0 > 0 && found?.pid != before.pid ? found : nil
            }
            #expect(after.status == "Running")
        }

        private func changesInPlace(_ path: String, _ sandbox: Sandbox) async throws {
            let before = try await sandbox.ps("all").map(\.since)
            let changed = file(sandbox)
                .replacing("8000-8002", with: "8000-8001").replacing("9000-9002", with: "9000-9001")
                .replacing("restart = \"always\"", with: "restart = \"no\"").replacing(
                    "profile = \"extra\"\n", with: ""
                )
                .replacing("group = \"chosen\"\n", with: "").replacing(
                    "path = \"/srv/out\"", with: "path = \"/srv/in\""
                )
                .replacing("mode = \"0666\"", with: "mode = \"0600\"").replacing("B = \"own\"\n", with: "")
            _ = try sandbox.write(changed, to: "all.toml")
            let changes = try await sandbox.changes("run", path)
            #expect(changes.map(\.brief) == ["~ instance all-1"], "\(changes)")
            for part in [
                "env B changes", "does not start with its member", "profiles default,extra → default",
                "device zero changes",
                "mount /srv/in is added", "mount /srv/out is removed", "port tcp 8000-8002 is removed",
                "port tcp 8000-8001 is added",
            ] {
                #expect(changes[0].message.contains(part), "\(changes[0].message)")
            }
            #expect(try await sandbox.ps("all").map(\.since) == before, "nothing was restarted")
            #expect(try await sandbox.changes("run", path).map(\.sign) == ["="])
            let config = try await instance(sandbox).config ?? [:]
            #expect(config["boot.autostart"] == "false" && config["boot.autorestart"] == nil)
            try await sandbox.expect("said", by: "sh", "-c", "cd /srv/in && echo *", in: "all")

            // All of it is taken back with its keys.
            _ = try sandbox.write(
                "[spacecore]\nname = \"all\"\n[hardware]\nmemory = 48\nref = \"tiny\"\n", to: "all.toml")
            #expect(try await sandbox.changes("run", path).map(\.brief) == ["~ instance all-1"])
            let plain = try await instance(sandbox)
            let left = (plain.config ?? [:]).keys.filter {
                ["boot.", "cloud-init.", "environment.", "user.bcm.keys"].contains(where: $0.hasPrefix)
            }
            #expect(left.isEmpty && plain.devices?.keys.contains { $0 != "root" } == false, "\(plain)")
            try await sandbox.mustRun("rm", "-c", sandbox.cluster, "all", "--yes")
            #expect(try String(contentsOfFile: "\(sandbox.folder)/out/said", encoding: .utf8) == "from all\n")
        }
    }
}
