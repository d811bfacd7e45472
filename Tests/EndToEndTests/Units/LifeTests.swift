import Foundation
import Provisioning
import Testing

extension Units {
    /// A unit from its first run until nothing of it is left.
    @Suite struct Life {
        /// Every key of the file.
        private func file(count: Int = 2, memory: String = "64", port: Int = 8080, size: String = "8MiB") -> String {
            """
            [spacecore]
            name = "web"
            description = "front end"

            [hardware]
            cores = 1
            memory = \(memory)
            ref = "tiny"
            interface = "\(Product.engine.bridge)"

            [instance]
            type = "container"
            count = \(count)
            spread = "host"
            disk = "64MiB"
            user-data = "cloud-init.yml"
            [instance.env]
            KEY = "a value"
            API_TOKEN = "v3ry-s3cret"

            [[volume]]
            name = "data"
            size = "\(size)"
            path = "/srv/data"
            per-instance = true

            [[network]]
            name = "backend"
            address = "10.77.0.1/24"

            [[port]]
            listen = \(port)
            target = 80
            """
        }

        @Test("Every key of the file; the plan and the run agree; changed in place; down, up, away and back")
        func life() async throws {
            try await Sandbox.use("UA") { sandbox in
                try await sandbox.upWithImage(members: 3)
                _ = try sandbox.write("#cloud-config\n{}\n", to: "cloud-init.yml")
                let path = try sandbox.write(file(), to: "web.toml")
                try await make(path, sandbox)
                try await changeInPlace(path, sandbox)
                try await answers(sandbox)
                try await goAndComeBack(path, sandbox)
                try await goForGood(sandbox)
            }
        }

        private func make(_ path: String, _ sandbox: Sandbox) async throws {
            let name = sandbox.cluster
            let planned = try await sandbox.changes("run", path, "--dry-run")
            #expect(
                Set(planned.map(\.brief)) == [
                    "+ network backend", "+ volume web_data_1", "+ volume web_data_2", "+ instance web-1",
                    "+ instance web-2",
                ])
            #expect(planned.last?.message.hasSuffix("spread from web-1") ?? false, "\(planned)")
            #expect(try await sandbox.ps() == [], "a dry run makes nothing")
            let text = try await sandbox.mustRun("run", "-c", name, path, "--dry-run")
            #expect(text.output.contains("# +  instance  web-2"))
            #expect(!text.output.contains("v3ry-s3cret"))

            let run = try await sandbox.changes("run", path, "--wait-for", "running")
            #expect(run == planned)
            let shown = try await sandbox.ps("web")
            #expect(shown.map(\.name) == ["web-1", "web-2"])
            #expect(Set(shown.map(\.member)).count == 2 && shown.allSatisfy { $0.host == "local" })
            #expect(shown.map(\.volumes) == [["web_data_1"], ["web_data_2"]])
            #expect(shown.allSatisfy { $0.type == "container" && $0.state == "running" && $0.since != nil })
            for instance in shown {
                let place = planned.first { $0.name == instance.name }?.message ?? ""
                #expect(place.hasPrefix("on \(instance.member): "))
            }
            try await isAsItsFileSays(sandbox)
            #expect(try await sandbox.changes("run", path).map(\.sign) == ["=", "=", "=", "=", "="])
            let logs = try await sandbox.run("grep", ["-r", "v3ry-s3cret", sandbox.runtime])
            #expect(logs.output.isEmpty)
        }

        /// What LXD says of the first instance, key by key.
        private func isAsItsFileSays(_ sandbox: Sandbox) async throws {
            let text = try await sandbox.client("query", "\(sandbox.cluster)-00:/1.0/instances/web-1")
            let instance = try JSONDecoder().decode(ClusterInstance.self, from: Data(text.utf8))
            let config = instance.config ?? [:]
            #expect(config["limits.cpu"] == "1" && config["limits.memory"] == "64MiB")
            #expect(config["environment.KEY"] == "a value" && config["environment.API_TOKEN"] == "v3ry-s3cret")
            #expect(config["cloud-init.user-data"] == "#cloud-config\n{}\n")
            #expect(config["user.bcm.unit"] == "web" && config["user.bcm.description"] == "front end")
            let devices = instance.devices ?? [:]
            #expect(devices["root"]?["size"] == "64MiB")
            #expect(devices["eth0"] == ["type": "nic", "name": "eth0", "network": Product.engine.bridge])
            let card = devices["net-backend"] ?? [:]
            #expect(card["network"] == "backend" && card["name"] == "eth1" && card["ipv4.address"] == "10.77.0.2")
            #expect(devices["vol-data"]?["path"] == "/srv/data")
            try await sandbox.expect("a value\nweb-1", by: "sh", "-c", "echo $KEY; hostname", in: "web/1")
            let memory = try await sandbox.run(
                "sh",
                [
                    "-c",
                    "cat /sys/fs/cgroup/*/bcmcluster/*/lxc.payload.web-1/memory.limit_in_bytes /sys/fs/cgroup/bcmcluster/*/lxc.payload.web-1/memory.max 2>/dev/null",
                ])
            #expect(memory.output.contains("67108864"))
        }

        private func changeInPlace(_ path: String, _ sandbox: Sandbox) async throws {
            _ = try await sandbox.inside("web", "sh", "-c", "hostname > /srv/data/who")
            let before = try await sandbox.ps("web").map(\.since)
            let changed = file(memory: "\"96MiB\"", port: 8081, size: "9MiB")
                .replacing("a value", with: "another")
            _ = try sandbox.write(changed, to: "web.toml")
            let changes = try await sandbox.changes("run", path)
            #expect(changes.map(\.sign) == ["=", "~", "~", "~", "~"], "\(changes)")
            let words = changes.last?.message ?? ""
            for part in [
                "memory 64MiB → 96MiB", "env KEY changes", "port tcp 8080 is removed", "port tcp 8081 is added",
            ] {
                #expect(words.contains(part), "\(words)")
            }
            #expect(try await sandbox.ps("web").map(\.since) == before, "nothing was restarted")
            #expect(try await sandbox.changes("run", path).allSatisfy { $0.sign == "=" })
            _ = try sandbox.write(changed.replacing("10.77.0.1/24", with: "10.78.0.1/24"), to: "web.toml")
            try await sandbox.refuses(
                "run", path, saying: "the network backend has 10.77.0.0/24, and web-1 is on it")

            // Count up and down; what would lose data is refused.
            _ = try sandbox.write(changed.replacing("count = 2", with: "count = 3"), to: "web.toml")
            #expect(try await sandbox.changes("run", path).last?.brief == "+ instance web-3")
            #expect(Set(try await sandbox.ps("web").map(\.member)).count == 3)
            _ = try sandbox.write(changed.replacing("64MiB", with: "32MiB"), to: "web.toml")
            try await sandbox.refuses(
                "run", path, saying: "web-1 would be recreated without its data: a smaller disk")
            _ = try sandbox.write(changed.replacing("9MiB", with: "5MiB"), to: "web.toml")
            try await sandbox.refuses("run", path, saying: "the volume web_data_1 would shrink from 9MiB to 5MiB")
            #expect(try await sandbox.ps("web").map(\.name) == ["web-1", "web-2", "web-3"], "nothing was touched")
            _ = try sandbox.write(changed, to: "web.toml")
            let down = try await sandbox.changes("run", path, "--yes")
            #expect(down.filter { $0.sign != "=" }.map(\.brief) == ["~ network backend", "- instance web-3"])
            #expect(down.contains { $0.name == "web_data_3" && $0.message.contains("not used by the file") })
        }

        /// By the member's address, and by the API as `api` prints it.
        private func answers(_ sandbox: Sandbox) async throws {
            let instance = try #require(try await sandbox.ps("web").first)
            let member = try #require(MemberName(instance.member, of: try ClusterName(sandbox.cluster)))
            let address = try #require(try sandbox.state().member(member)?.address)
            _ = try await sandbox.inside(
                "web/1", "sh", "-c", "nc -ll -p 80 -e echo pong >/dev/null 2>&1 </dev/null & sleep 0.2")
            _ = try await sandbox.mustRun("run", "-c", sandbox.cluster, "\(sandbox.folder)/web.toml", "--dry-run")
            let answer = try await SystemTime().wait(for: "the port", limit: .seconds(60), every: .milliseconds(200)) {
                let script = "exec 3<>/dev/tcp/\(address)/8081 && head -c 4 <&3"
                let result = try await sandbox.run("timeout", ["10", "bash", "-c", script])
                return result.output.isEmpty ? nil : result.output
            }
            #expect(answer == "pong")

            let shown = try await sandbox.mustRun("api", "-c", sandbox.cluster)
            let line = try #require(shown.output.split(separator: "\n").last.map(String.init))
            #expect(line.hasPrefix("curl "))
            let curl = try await sandbox.run("sh", ["-c", line])
            #expect(curl.succeeded && curl.output.contains(#""user.bcm.unit":"web""#), "\(curl.errors)")
            try await sandbox.mustRun("api", "-c", sandbox.cluster, "--json")
        }

        /// What the tabulator offers where a unit is typed.
        private func completed(_ sandbox: Sandbox) async throws -> [String] {
            let line = ["__complete", "--", "unit", "logs", "-c", sandbox.cluster, ""]
            let shown = try await sandbox.run(Product.bcmcluster, line)
            return shown.output.split(separator: "\n").map { String($0.prefix { $0 != "\t" }) }.filter {
                !$0.hasPrefix("-")
            }
        }

        private func goAndComeBack(_ path: String, _ sandbox: Sandbox) async throws {
            #expect(try await completed(sandbox) == ["web", "web/1", "web/2"])
            // What others made stays as it is.
            try await sandbox.client("launch", "tiny", "mine", "--quiet", "--target", "\(sandbox.cluster)-00")
            let gone = try await sandbox.changes("rm", "web", "--yes")
            #expect(gone.filter { $0.sign == "-" }.map(\.kind).sorted() == ["instance", "instance", "network"])
            #expect(try await completed(sandbox) == [])
            #expect(try await sandbox.ps() == [])
            #expect(try await sandbox.client("list", "--format", "csv", "--columns", "n").trimmed == "mine")
            let list = try await sandbox.mustRun("volume", "list", "-c", sandbox.cluster)
            #expect(
                list.output.contains(/web_data_1 +web +default +9M +\S+ +orphaned/), "\(list.output)")
            try await sandbox.mustRun("volume", "list", "-c", sandbox.cluster, "--json")

            try await sandbox.mustRun("run", "-c", sandbox.cluster, path)
            try await sandbox.expect("web-1: web-1\nweb-2: web-2", by: "cat", "/srv/data/who", in: "web")
            #expect(try await sandbox.client("network", "list", "--format", "csv").contains("backend"))
        }

        private func goForGood(_ sandbox: Sandbox) async throws {
            try await sandbox.mustRun("rm", "-c", sandbox.cluster, "web", "--volumes", "--yes")
            let list = try await sandbox.mustRun("volume", "list", "-c", sandbox.cluster)
            #expect(list.output.isEmpty && list.errors.contains("no unit has volumes"))
            #expect(try await !sandbox.client("network", "list", "--format", "csv").contains("backend"))
            #expect(
                try await sandbox.client("storage", "volume", "list", "default", "type=custom", "--format", "csv")
                    .isEmpty)
            try await sandbox.refuses("rm", "web", "--yes", status: 5, saying: "unit web not found")
            #expect(try await sandbox.client("list", "--format", "csv", "--columns", "ns").trimmed == "mine,RUNNING")
        }
    }
}
