import Foundation
import Provisioning
import Schemas
import Testing

extension Units {
    /// Sizes, logs, files and ways in, on one cluster with a unit.
    @Suite struct Flow {
        @Test("member set, logs -f, cp, ssh-config and env show on one cluster", .timeLimit(.minutes(30)))
        func everyday() async throws {
            try await Sandbox.use("FL") { sandbox in
                try await sandbox.upWithImage(members: 2)
                try await sandbox.mustRun("run", "-c", sandbox.cluster, try sandbox.unit("web", count: 2))
                for instance in ["web/1", "web/2"] {
                    _ = try await sandbox.inside(instance, "busybox", "--install", "-s", "/bin")
                    _ = try await sandbox.inside(instance, "mkdir", "/srv", "/mnt")
                }
                try await resizes(sandbox)
                try await copies(sandbox)
                try await refusesCopies(sandbox)
                try await filtersByTime(sandbox)
                try await followsMembers(sandbox)
                try await followsInstances(sandbox)
                try await waysIn(sandbox)
            }
        }

        // MARK: Sizes

        private func memory(_ sandbox: Sandbox, _ index: Int) throws -> Int? {
            let group = "bcmcluster/\(sandbox.cluster)-0\(index).\(try sandbox.state().identifier)"
            let files = ["\(group)/memory.max", "memory/\(group)/memory.limit_in_bytes"]
            let text = files.compactMap { try? String(contentsOfFile: "/sys/fs/cgroup/\($0)", encoding: .utf8) }.first
            return text.flatMap { Int($0.trimmingCharacters(in: .whitespacesAndNewlines)) }
        }

        private func resizes(_ sandbox: Sandbox) async throws {
            let (name, member) = (sandbox.cluster, "\(sandbox.cluster)-01")
            let words = ["member", "set", "-c", name, member, "--memory", "3GiB", "--cpus", "3"]
            let other = try memory(sandbox, 0)
            let plan = try await sandbox.run(Product.bcmcluster, words + ["--dry-run"])
            #expect(plan.succeeded && plan.output.contains("3221225472"), "\(plan)")
            #expect(try memory(sandbox, 1) != 3 << 30, "a dry run changes nothing")
            let set = try await sandbox.run(Product.bcmcluster, words)
            #expect(set.succeeded && set.errors.contains("\(member): cpus 3, memory 3GiB"), "\(set)")
            #expect(try memory(sandbox, 1) == 3 << 30)
            #expect(try memory(sandbox, 0) == other)
            let again = try await sandbox.run(Product.bcmcluster, words + ["--json"])
            #expect(again.output.contains(#""changed":false"#) && again.errors.contains("\(member): unchanged"))
            // The state says so, and `up` leaves it.
            #expect(try sandbox.state().members[1].sizes?[.memory]?.value == "3GiB")
            #expect(try await sandbox.mustRun("up", "-c", name).errors.contains("unchanged"))
            #expect(try await sandbox.mustRun("status", "-c", name).output.contains("is healthy"))
            #expect(try memory(sandbox, 1) == 3 << 30)
            // What is edited later counts, as everywhere.
            let path = try sandbox.files().environment(MemberName(coded: member))
            let text = try String(contentsOfFile: path, encoding: .utf8)
            try text.replacing("BCM_ENDPOINT_MEM_SIZE=4G", with: "BCM_ENDPOINT_MEM_SIZE=2G")
                .write(toFile: path, atomically: true, encoding: .utf8)
            try await sandbox.mustRun("up", "-c", name)
            #expect(try memory(sandbox, 1) == 2 << 30)
            for (words, status, message) in [
                ([member, "--disk", "40G"], 3, "--disk 40G is not possible with the namespace provider"),
                ([member], 2, "no size is given"), (["\(name)-07", "--cpus", "2"], 5, "has no member"),
                ([member, "--memory", "64M"], 2, "is too little"),
            ] as [([String], Int32, String)] {
                let refused = try await sandbox.run(Product.bcmcluster, ["member", "set", "-c", name] + words)
                #expect(refused.ending == .exited(status) && refused.errors.contains(message), "\(refused)")
            }
            #expect(try memory(sandbox, 1) == 2 << 30)
        }

        // MARK: Files

        /// Every path below a folder with its kind, its mode and where it points.
        private func listing(_ folder: String, _ sandbox: Sandbox) async throws -> [String] {
            let result = try await sandbox.run("find", [folder, "-printf", "%P %y %m %l\\0"])
            return result.output.split(separator: "\0").map(String.init).sorted()
        }

        private func tree(_ sandbox: Sandbox) async throws -> String {
            let tree = "\(sandbox.folder)/tree"
            try await sandbox.must("mkdir", ["-p", "\(tree)/empty", "\(tree)/deep/er"])
            for (name, mode) in [
                ("run", "755"), ("key", "600"), ("a b", "644"), ("-rf", "640"), ("new\nline", "444"),
                (".hidden", "644"),
                ("deep/er/" + String(repeating: "n", count: 120), "644"), ("*", "644"),
            ] {
                try "\(name)\n".write(toFile: "\(tree)/\(name)", atomically: false, encoding: .utf8)
                try await sandbox.must("chmod", [mode, "\(tree)/\(name)"])
            }
            try await sandbox.must("ln", ["-s", "a b", "\(tree)/link"])
            try await sandbox.must("ln", ["-s", "/nowhere", "\(tree)/deep/dangling"])
            try await sandbox.must("chmod", ["750", "\(tree)/deep"])
            return tree
        }

        private func copy(_ sandbox: Sandbox, _ source: String, _ target: String) async throws -> CommandResult {
            try await sandbox.bcmcluster("cp", "-c", sandbox.cluster, source, target)
        }

        private func copies(_ sandbox: Sandbox) async throws {
            let (name, folder, tree) = (sandbox.cluster, sandbox.folder, try await tree(sandbox))
            let wanted = try await listing(tree, sandbox)
            // Into an instance, from it into another, and back by a member.
            for (source, target) in [
                (tree, "web/1:/srv/"), ("web/1:/srv/tree", "web/2:/srv/other"), ("web/2:/srv/other", "\(folder)/back"),
                ("\(folder)/back", "\(name)-01:\(folder)/there"),
                ("\(name)-01:\(folder)/there", "\(name)-00:\(folder)/here"),
            ] {
                let copied = try await copy(sandbox, source, target)
                #expect(copied.succeeded && copied.errors.contains("copied \(source) to \(target)"), "\(copied)")
            }
            #expect(try await listing("\(folder)/back", sandbox) == wanted)
            #expect(try await listing("\(folder)/here", sandbox) == wanted)
            let same = try await sandbox.run("diff", ["-r", "--no-dereference", tree, "\(folder)/here"])
            #expect(same.succeeded, "\(same)")
            #expect(try await sandbox.inside("web/1", "stat", "-c", "%a %u", "/srv/tree/key") == "600 0")

            // Into what is there: a folder is merged, a file is replaced, contents go by /.
            try "changed\n".write(toFile: "\(tree)/key", atomically: false, encoding: .utf8)
            _ = try await sandbox.inside("web/1", "touch", "/srv/tree/kept")
            #expect(try await copy(sandbox, tree, "web/1:/srv").succeeded)
            #expect(try await sandbox.inside("web/1", "cat", "/srv/tree/key") == "changed")
            #expect(try await sandbox.inside("web/1", "ls", "/srv/tree/kept") == "/srv/tree/kept")
            #expect(try await copy(sandbox, "\(tree)/.", "web/1:/mnt/contents").succeeded)
            #expect(try await sandbox.inside("web/1", "cat", "/mnt/contents/run") == "run")
            #expect(try await copy(sandbox, "\(tree)/link", "web/1:/srv/followed").succeeded)
            #expect(try await sandbox.inside("web/1", "cat", "/srv/followed") == "a b")
            let nothing = try await sandbox.run("find", [folder, "-name", ".bcmcluster-*"])
            #expect(nothing.output.isEmpty, "\(nothing.output)")

            // Of a big file nothing is kept in memory: the tool is limited to less.
            try await sandbox.must("truncate", ["-s", "1100M", "\(folder)/big"])
            let limited = "ulimit -v 900000; exec \"$@\""
            let big = try await sandbox.run(
                "sh",
                [
                    "-c", limited, "sh", Product.bcmcluster, "cp", "-c", name, "\(folder)/big",
                    "\(name)-00:\(folder)/big2",
                ])
            #expect(big.succeeded, "\(big)")
            #expect(try await sandbox.run("stat", ["-c", "%s", "\(folder)/big2"]).output == "1153433600\n")
            try await sandbox.must("rm", ["\(folder)/big", "\(folder)/big2"])

            let plan = try await sandbox.mustRun("cp", "-c", name, tree, "web/1:/srv/planned", "--dry-run")
            #expect(plan.output.contains("tar -C"), "\(plan.output)")
            let json = try await sandbox.mustRun("cp", "-c", name, "\(tree)/run", "web/1:/srv/", "--json")
            #expect(json.output.contains(#""changed":true"#))
            #expect(
                try await sandbox.inside("web/1", "sh", "-c", "ls -d /srv/planned 2>/dev/null || echo none") == "none")
        }

        private func refusesCopies(_ sandbox: Sandbox) async throws {
            let folder = sandbox.folder
            _ = try await sandbox.inside("web/1", "mkdir", "-p", "/mnt/full", "/mnt/adir/run")
            _ = try await sandbox.inside("web/1", "mount", "-t", "tmpfs", "-o", "size=1m", "none", "/mnt/full")
            try await sandbox.must("truncate", ["-s", "5M", "\(folder)/much"])
            for (source, target, status, message) in [
                ("web/1:/srv/none", folder, 5, "web/1:/srv/none not found"),
                ("\(folder)/none", "web/1:/srv/", 5, "\(folder)/none not found"),
                ("\(folder)/much", "web/1:/no/such", 5, "folder /no not found"),
                ("\(folder)/much", "web/1:/srv/no/", 5, "folder not found"),
                ("\(folder)/tree/run", "web/1:/mnt/adir", 2, "/mnt/adir/run is a folder"),
                ("\(folder)/tree", "web/1:/srv/followed", 2, "is not a folder"),
                ("\(folder)/much", "web/1:/mnt/full/", 1, "web/1:/mnt/full/: no space left"),
                ("\(folder)/much", "web:/srv/", 2, "web has 2 instances"),
                ("a", "b", 2, "write one end as MEMBER:PATH"),
                ("a", "\(sandbox.cluster)-09:/", 5, "has no member"), ("a", "db/1:/", 5, "db"),
            ] as [(String, String, Int32, String)] {
                let refused = try await copy(sandbox, source, target)
                #expect(
                    refused.ending == .exited(status) && (refused.errors).contains(message),
                    "\(source) \(target): \(refused)")
            }
            #expect(try await sandbox.inside("web/1", "ls", "-A", "/mnt/full") == "", "nothing is left of what failed")
        }

        // MARK: Logs

        /// Appends a line to the daemon's log of a member.
        private func log(_ sandbox: Sandbox, _ index: Int, _ text: String) throws {
            let path = self.path(sandbox, index)
            if !FileManager.default.fileExists(atPath: path) { try Data().write(to: URL(fileURLWithPath: path)) }
            let handle = try #require(FileHandle(forWritingAtPath: path))
            try handle.seekToEnd()
            try handle.write(contentsOf: Data("\(text)\n".utf8))
            try handle.close()
        }

        private func path(_ sandbox: Sandbox, _ index: Int) -> String {
            "/var/lib/bcmcluster/machines/\(sandbox.cluster)-0\(index)/\(Product.engine.name).log"
        }

        private func filtersByTime(_ sandbox: Sandbox) async throws {
            let now = Date.now.formatted(
                Date.ISO8601FormatStyle(timeZone: try #require(TimeZone(secondsFromGMT: 5 * 3600))))
            try log(sandbox, 0, #"time="2020-01-01T00:00:00Z" level=info msg="an old line""#)
            try log(sandbox, 0, "of the old line")
            try log(sandbox, 0, #"time="\#(now)" level=info msg="a new line""#)
            try log(sandbox, 0, "of the new line")
            let member = "\(sandbox.cluster)-00"
            let shown = try await sandbox.mustRun("logs", "-c", sandbox.cluster, member, "--since", "30m", "--json")
            #expect(shown.output.contains("a new line") && shown.output.contains("of the new line"))
            #expect(!shown.output.contains("an old line") && !shown.output.contains("of the old line"))
            let refused = try await sandbox.bcmcluster("logs", "-c", sandbox.cluster, "--since", "now")
            #expect(refused.ending == .exited(2))
        }

        /// What a command prints until that is in it; then Ctrl-C ends it with 0.
        private func following(
            _ sandbox: Sandbox, _ words: [String], _ steps: [(until: String, then: () async throws -> Void)]
        ) async throws -> String {
            let results = "\(sandbox.folder)/followed"
            let process = try Spawned(sandbox, words, output: results)
            for (text, act) in steps {
                var seen = false
                for _ in 0..<6000 where !seen {
                    seen = (try? String(contentsOfFile: results, encoding: .utf8))?.contains(text) ?? false
                    if !seen { try await Task.sleep(for: .milliseconds(100)) }
                }
                #expect(seen, "\(words) did not print \(text): \(process.errors)")
                if !seen { break }
                try await act()
            }
            process.send(SIGINT)
            #expect(try await process.wait() == 0, "\(process.errors)")
            #expect(!process.errors.contains("error:"), "\(process.errors)")
            return try String(contentsOfFile: results, encoding: .utf8)
        }

        private func followsMembers(_ sandbox: Sandbox) async throws {
            let (name, engine) = (sandbox.cluster, Product.engine.name)
            let words = ["logs", "-c", name, "-f", "--lines", "5"]
            let printed = try await following(
                sandbox, words,
                [
                    ("\(name)-00 \(engine): of the new line\n", { try log(sandbox, 1, "on the second") }),
                    (
                        "\(name)-01 \(engine): on the second\n",
                        {
                            try FileManager.default.moveItem(
                                atPath: path(sandbox, 0), toPath: "\(path(sandbox, 0)).1")
                            try log(sandbox, 0, "after the rotation")
                        }
                    ), ("\(name)-00 \(engine): after the rotation\n", {}),
                ])
            #expect(!printed.contains("==>") && !printed.contains("\u{1b}"), "\(printed)")
            // One member, from a moment on, as data.
            let data = try await following(
                sandbox, ["logs", "-c", name, "-f", "--since", "30m", "--json", "\(name)-01"],
                [
                    ("on the second", { try log(sandbox, 1, #"time="2026-11-28T05:30:00+01:00" msg="dated""#) })
                ])
            let schema = try Schema("log-line")
            for line in data.split(separator: "\n") { #expect(schema.complaints(aboutText: String(line)) == []) }
            #expect(!data.contains("\(name)-00"))
            // Whoever reads may go.
            let piped = try await sandbox.run(
                "sh", ["-c", "\(Product.bcmcluster) logs -c \(name) -f | head -n 1"])
            #expect(piped.succeeded && piped.output.split(separator: "\n").count == 1, "\(piped)")
        }

        private func followsInstances(_ sandbox: Sandbox) async throws {
            let name = sandbox.cluster
            func say(_ instance: String, _ text: String) async throws {
                _ = try await sandbox.inside(instance, "sh", "-c", "echo '\(text)' >/dev/console")
            }
            try await say("web/1", "first words")
            let printed = try await following(
                sandbox, ["logs", "-c", name, "-f", "web"],
                [
                    ("web-1: first words\n", { try await say("web/2", "from the second") }),
                    ("web-2: from the second\n", { try await say("web/1", "again") }), ("web-1: again\n", {}),
                ])
            #expect(printed.components(separatedBy: "first words").count == 2, "\(printed)")
            try await say("web/1", "as data")
            let data = try await following(
                sandbox, ["unit", "logs", "-c", name, "-f", "web/1", "--json"], [("as data", {})])
            for line in data.split(separator: "\n") {
                #expect(try Schema("log-line").complaints(aboutText: String(line)) == [])
            }
            try await say("web/2", "at last")
            let shown = try await sandbox.mustRun("logs", "-c", name, "web", "--json")
            #expect(shown.output.contains("at last"), "\(shown)")
            try await sandbox.mustRun("unit", "logs", "-c", name, "web")
            // One that is deleted is told of, and ends the command where no other is left.
            let process = try Spawned(sandbox, ["unit", "logs", "-c", name, "-f", "web/2"])
            try await Task.sleep(for: .seconds(1))
            try await sandbox.client("delete", "--force", "web-2")
            #expect(try await process.wait(seconds: 600) == 4)
            #expect(process.errors.contains("web-2 is not there any more"), "\(process.errors)")
        }

        // MARK: Ways in

        private func waysIn(_ sandbox: Sandbox) async throws {
            let name = sandbox.cluster
            let ssh = try await sandbox.bcmcluster("ssh-config", "-c", name)
            #expect(
                ssh.ending == .exited(1) && ssh.output.isEmpty && ssh.errors.contains("bcmcluster shell -c \(name)"))
            let data = try await sandbox.bcmcluster("ssh-config", "-c", name, "--json")
            #expect(data.ending == .exited(1) && data.output.contains("runs no SSH server"))

            let shell = try await sandbox.mustRun("env", "show", "-c", name)
            let dotenv = try await sandbox.mustRun("env", "show", "-c", name, "--format", "dotenv")
            let file = try sandbox.write(dotenv.output, to: "cluster.env")
            let variables = "printf '%s\\n' \"$BCM_CLUSTER_NAME\" \"$BCM_LXD_ADDRESSES\" \"$BCM_LXD_CLIENT_KEY\""
            let byDotenv = try await sandbox.run("sh", ["-c", ". \(file); \(variables)"])
            let byShell = try await sandbox.run("sh", ["-c", "\(shell.output)\(variables)"])
            #expect(byDotenv.output == byShell.output && byShell.output.hasPrefix("\(name)\nhttps://"))

            struct Inventory: Decodable {
                struct Group: Decodable { var hosts: [String]? }
                struct Meta: Decodable { var hostvars: [String: [String: String]] }
                var all: Group
                var _meta: Meta
            }
            let ansible = try await sandbox.mustRun("env", "show", "-c", name, "--format", "ansible")
            let inventory = try sandbox.write(ansible.output, to: "inventory.yml")
            let listed = try await sandbox.run(
                "ansible-inventory", ["-i", inventory, "--list"], adding: ["LC_ALL": "C.UTF-8"])
            try #require(listed.succeeded, "\(listed)")
            #expect(!listed.errors.contains("WARNING"), "\(listed.errors)")
            let decoded = try JSONDecoder().decode(Inventory.self, from: Data(listed.output.utf8))
            let address = try #require(try sandbox.state().members[1].address)
            #expect(decoded._meta.hostvars["\(name)-01"]?["ansible_host"] == "\(address)")
            let groups = try JSONSerialization.jsonObject(with: Data(listed.output.utf8)) as? [String: Any]
            for group in [name, "\(name)_leader", "\(name)_voters", "\(name)_on_local", "\(name)_api"] {
                #expect(groups?[group] != nil, "\(group): \(listed.output)")
            }

            let terraform = try await sandbox.mustRun("env", "show", "-c", name, "--format", "terraform")
            let configuration = try sandbox.write(terraform.output, to: "cluster.tf")
            let parsed = try await sandbox.run("\(Product.sources)/scripts/hcl-to-json", [configuration])
            try #require(parsed.succeeded, "\(parsed)")
            let blocks = try #require(
                try JSONSerialization.jsonObject(with: Data(parsed.output.utf8)) as? [String: [[String: Any]]])
            let provider = try #require(blocks["provider"]?.first?[Product.engine.name] as? [String: Any])
            let remote = try #require((provider["remote"] as? [[String: Any]])?.first)
            let known = try sandbox.state().remote?.name
            #expect(remote["name"] as? String == known)
            #expect((remote["address"] as? String)?.hasPrefix("https://") == true)
            #expect(provider["config_dir"] as? String == sandbox.clientConfiguration)

            let key = try String(contentsOfFile: "\(sandbox.clientConfiguration)/client.key", encoding: .utf8)
            let secret = try #require(key.split(separator: "\n").dropFirst().first)
            for output in [shell, dotenv, ansible, terraform] { #expect(!output.output.contains(secret)) }
        }
    }
}
