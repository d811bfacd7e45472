import Foundation
import Provisioning
import Schemas
import Testing

extension Repairs {
    /// What a cluster's members and instances are and do, as it is listed, measured and followed.
    @Suite struct Watching {
        @Test("up streams what it does; members, ports, use and events are shown; what does not answer is named")
        func watching() async throws {
            try await Sandbox.use("JS") { sandbox in
                try await progress(sandbox)
                try await sandbox.importImage()
                try await units(sandbox)
                try await members(sandbox)
                try await use(sandbox)
                try await events(sandbox)
                try await unreachable(sandbox)
            }
        }

        // MARK: Progress

        private struct Line: Decodable {
            struct Step: Decodable {
                var code: String
                var member: String?
            }
            struct Entry: Decodable {
                var index: Int
                var step: Step
            }
            var type: String
            var index: Int?
            var step: Step?
            var steps: [Entry]?
            var status: String?
            var seconds: Double?
            var members: [String]?
            var exitCode: Int?
            var message: String?
        }

        private func lines(_ result: CommandResult) throws -> [Line] {
            try result.output.split(separator: "\n").map { try JSONDecoder().decode(Line.self, from: Data($0.utf8)) }
        }

        /// Each step of the plan is told to its end, and the result comes last; the schema is held for every line.
        private func progress(_ sandbox: Sandbox) async throws {
            let name = sandbox.cluster
            let told = try lines(try await sandbox.mustRun("up", "-c", name, "-m", "1", "--json"))
            let plan = try #require(told.first { $0.type == "plan" }?.steps)
            let ended = told.filter { ["finished", "skipped"].contains($0.status) }.compactMap(\.index)
            #expect(ended.sorted() == plan.map(\.index) && ended.count > 10)
            let join = told.filter { $0.step?.code == "joinMember" && $0.step?.member == "\(name)-01" }
            #expect(join.first?.status == "started" && join.last?.status == "finished")
            #expect(join.last?.seconds.map { $0 > 0 } ?? false)
            #expect(told.last?.members == ["\(name)-00", "\(name)-01"])

            let idle = try lines(try await sandbox.mustRun("start", "-c", name, "--json"))
            #expect(!idle.contains { $0.status == "started" } && idle.last?.exitCode == 0)
            let refused = try await sandbox.bcmcluster("member", "remove", "-c", name, "\(name)-09", "--yes", "--json")
            #expect(refused.ending == .exited(5))
            #expect(try lines(refused).last?.type == "error")
            #expect(
                try await sandbox.bcmcluster("up", "-c", name, "--no-such", "--json").output.contains(#""badInput""#))
        }

        // MARK: What is there

        private func units(_ sandbox: Sandbox) async throws {
            let port = 20_000 + Int.random(in: 0..<9000)
            let file = try sandbox.unit("web", count: 2, "[[port]]\nlisten = \(port)\ntarget = 80\n")
            try await sandbox.mustRun("run", "-c", sandbox.cluster, file, "--json")
            struct Instance: Decodable {
                struct Port: Decodable, Equatable { var member: String, listen: Int, target: Int }
                struct Image: Decodable { var alias: String? }
                var member: String
                var ports: [Port]
                var image: Image?
            }
            struct List: Decodable { var instances: [Instance] }
            let result = try await sandbox.mustRun("ps", "-c", sandbox.cluster, "--json")
            let instances = try JSONDecoder().decode(List.self, from: Data(result.output.utf8)).instances
            #expect(instances.count == 2 && instances.allSatisfy { $0.image?.alias == "tiny" })
            #expect(
                instances.map(\.ports) == instances.map { [.init(member: $0.member, listen: port, target: 80)] },
                "\(result.output)")
            let table = try await sandbox.mustRun("ps", "-c", sandbox.cluster).output
            #expect(table.contains("PORTS") && table.contains("\(sandbox.cluster)-00:\(port)→80"), "\(table)")
        }

        private struct Member: Decodable {
            var name: String
            var state: String
            var reachable: Bool
            var roles: [String]
            var machine: String
            var cpus: Int?
            var memory: Int?
            var version: String?
        }

        private func listed(_ sandbox: Sandbox, _ status: Int32) async throws -> [Member] {
            struct List: Decodable { var members: [Member] }
            let result = try await sandbox.bcmcluster("member", "list", "-c", sandbox.cluster, "--json")
            #expect(result.ending == .exited(status), "\(result)")
            return try JSONDecoder().decode(List.self, from: Data(result.output.utf8)).members
        }

        private func members(_ sandbox: Sandbox) async throws {
            let members = try await listed(sandbox, 0)
            #expect(members.map(\.name) == ["\(sandbox.cluster)-00", "\(sandbox.cluster)-01"])
            #expect(members.allSatisfy { $0.state == "online" && $0.machine == "running" && $0.version != nil })
            #expect(members.map(\.cpus) == [4, 2] && members.map(\.memory) == [4 << 30, 4 << 30])
            #expect(members.flatMap(\.roles).contains("leader"))
            let table = try await sandbox.mustRun("member", "list", "-c", sandbox.cluster).output
            #expect(table.hasPrefix("MEMBER ") && table.split(separator: "\n").count == 3, "\(table)")
        }

        // MARK: What it uses

        private struct Usage: Decodable {
            struct Use: Decodable {
                struct Processor: Decodable { var percent: Double? }
                struct Room: Decodable { var used: Int }
                struct Network: Decodable { var received: Int, receivedPerSecond: Double? }
                var cpu: Processor?
                var memory: Room?
                var disk: Room?
                var network: Network?
            }
            struct Row: Decodable {
                var name: String
                var unit: String?
                var member: String?
                var state: String
                var reachable: Bool
                var use: Use
            }
            var members: [Row]
            var instances: [Row]

            init(_ text: some StringProtocol) throws {
                self = try JSONDecoder().decode(Usage.self, from: Data(text.utf8))
            }
        }

        /// A member whose container keeps a processor busy uses that processor, and so does the container.
        private func use(_ sandbox: Sandbox) async throws {
            let name = sandbox.cluster
            let text = try await sandbox.mustRun("top", "-c", name).output
            #expect(text.hasPrefix("MEMBER ") && text.contains("\nINSTANCE ") && text.contains("\nweb-1 "), "\(text)")
            let busy = "while :; do :; done >/dev/null 2>&1 </dev/null & echo $! >/tmp/busy"
            try await sandbox.mustRun("unit", "exec", "-c", name, "web/1", "--", "sh", "-c", busy)
            let usage = try Usage(try await sandbox.mustRun("top", "-c", name, "--json").output)
            #expect(usage.members.map(\.name) == ["\(name)-00", "\(name)-01"])
            for member in usage.members {
                #expect(member.state == "online" && (member.use.memory?.used ?? 0) > 10 << 20, "\(member)")
                #expect((member.use.disk?.used ?? 0) > 0 && member.use.network?.receivedPerSecond != nil, "\(member)")
            }
            let one = try #require(usage.instances.first { $0.name == "web-1" })
            let other = try #require(usage.instances.first { $0.name == "web-2" })
            #expect(one.unit == "web" && one.state == "running" && (one.use.memory?.used ?? 0) > 0)
            #expect(one.use.cpu?.percent ?? 0 > other.use.cpu?.percent ?? 100, "\(usage)")
            let place = try #require(usage.members.first { $0.name == one.member })
            #expect(place.use.cpu?.percent ?? 0 > 0, "\(place)")

            let watch = "timeout --preserve-status -s INT 9 \(Product.bcmcluster) top -c \(name) --watch --json"
            let watched = try await sandbox.run("sh", ["-c", watch])
            #expect(watched.ending == .exited(0), "Ctrl-C is how the user ends it: \(watched)")
            let schema = try Schema("top")
            for line in watched.output.split(separator: "\n") {
                #expect(schema.complaints(aboutText: String(line)) == [], "\(line)")
            }
            #expect(!watched.output.isEmpty)
            try await sandbox.mustRun("unit", "exec", "-c", name, "web/1", "--", "sh", "-c", "kill $(cat /tmp/busy)")
        }

        // MARK: What happens

        private func events(_ sandbox: Sandbox) async throws {
            let name = sandbox.cluster
            let (data, text) = ("\(sandbox.folder)/events.json", "\(sandbox.folder)/events.txt")
            let byData = try Spawned(sandbox, ["events", "-c", name, "--json"], output: data)
            let byText = try Spawned(sandbox, ["events", "-c", name, "--type", "lifecycle"], output: text)
            let moment = Duration.milliseconds(300)
            // What happens before somebody listens is not told: it happens again.
            _ = try await SystemTime().wait(for: "events of both", limit: .seconds(120), every: moment) {
                try await sandbox.mustRun("unit", "restart", "-c", name, "web/2", "--force")
                let told = try [data, text].map { try String(contentsOfFile: $0, encoding: .utf8) }
                return told.allSatisfy { $0.contains("instances/web-2") } ? true : nil
            }
            for spawned in [byData, byText] {
                spawned.send(SIGINT)
                #expect(try await spawned.wait() == 0, "\(spawned.errors)")
            }
            let schema = try Schema("events")
            let lines = try String(contentsOfFile: data, encoding: .utf8).split(separator: "\n").map(String.init)
            for line in lines { #expect(schema.complaints(aboutText: line) == [], "\(line)") }
            #expect(lines.contains { $0.contains(#""action":"instance-"#) && $0.contains(#""type":"lifecycle""#) })
            #expect(lines.contains { $0.contains(#""type":"operation""#) })
            let shown = try String(contentsOfFile: text, encoding: .utf8)
            #expect(shown.contains(/lifecycle  instance-(started|restarted|stopped)  instances\/web-2/), "\(shown)")
            #expect(!shown.contains("  operation  "))
            let unknown = try await sandbox.bcmcluster("events", "-c", name, "--type", "lifecycles")
            #expect(unknown.ending == .exited(2) && unknown.errors.contains("did you mean lifecycle?"))
        }

        // MARK: What does not answer

        private func unreachable(_ sandbox: Sandbox) async throws {
            let roles = try await listed(sandbox, 0)
            let name = try #require(roles.first { !$0.roles.contains("leader") }?.name)
            try #require(try Daemon(name)).kill()
            let members = try await listed(sandbox, 4)
            let dead = try #require(members.first { $0.name == name })
            #expect(!dead.reachable && dead.state != "online" && dead.machine == "running")
            #expect(members.filter(\.reachable).count == 1)
            // The cluster itself takes a while to notice.
            _ = try await SystemTime().wait(for: "the loss", limit: .seconds(180), every: .seconds(1)) {
                let top = try await sandbox.bcmcluster("top", "-c", sandbox.cluster, "--json")
                guard top.ending == .exited(4) else { return nil as Bool? }
                let usage = try Usage(top.output)
                return usage.instances.contains { !$0.reachable && $0.state == "unreachable" } ? true : nil
            }
            let nowhere = try await sandbox.bcmcluster("top", "-c", "\(sandbox.cluster)X", "--json")
            #expect(nowhere.ending == .exited(5))
            #expect(try await sandbox.bcmcluster("events", "-c", "\(sandbox.cluster)X").ending == .exited(5))
        }
    }
}
