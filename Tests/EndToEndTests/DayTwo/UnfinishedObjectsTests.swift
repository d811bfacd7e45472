import Foundation
import Provisioning
import Testing

extension DayTwo {
    /// Networks and storage pools that were never finished, and members that are to join.
    @Suite struct UnfinishedObjects {
        @Test(
            "Members are refused by name while a network or a pool is unfinished; nothing changes, and nothing is lost")
        func refusesToAdd() async throws {
            try await Sandbox.use("O") { sandbox in
                let (first, second) = ("\(sandbox.cluster)-00", "\(sandbox.cluster)-01")
                try await sandbox.mustRun("up", "-c", sandbox.cluster, "-m", "1")
                try await sandbox.makePools([first, second])
                let before = try await Snapshot(sandbox, [first, second])

                try await sandbox.prepare("lan", on: first)
                try await expectRefusal(
                    sandbox, before, "the network lan is PENDING on \(first) (not defined on \(second))",
                    "\(Product.engine.client) network create \(first):lan --type=macvlan --target \(second), then \(Product.engine.client) network create \(first):lan"
                )
                try await sandbox.prepare("lan", on: second)
                try await expectRefusal(
                    sandbox, before, "the network lan is PENDING on \(first), \(second)",
                    "\(Product.engine.client) network delete \(first):lan, or, to finish it, \(Product.engine.client) network create \(first):lan --type=macvlan"
                )
                let failed = try await sandbox.run(
                    Product.engine.client, ["network", "create", "lan", "--type=macvlan"])
                #expect(!failed.succeeded)
                try await expectRefusal(
                    sandbox, before, "the network lan is ERRORED (PENDING on \(first), \(second))",
                    "\(Product.engine.client) network delete \(first):lan")
                try await sandbox.client("network", "delete", "lan")
                try await sandbox.client("storage", "create", "half", "dir", "--target", second)
                try await expectRefusal(
                    sandbox, before, "the storage pool half is PENDING on \(second) (not defined on \(first))",
                    "\(Product.engine.client) storage create \(first):half dir --target \(first), then \(Product.engine.client) storage create \(first):half dir"
                )
                try await sandbox.client("storage", "delete", "half")

                // The same command works then.
                try await sandbox.mustRun("member", "add", "-c", sandbox.cluster, "--json")
                #expect(try await sandbox.online().count == 3)
                #expect(try await sandbox.folders(first) == before.folders[first])
                #expect(try await sandbox.folders(second) == before.folders[second])
                try await sandbox.expectNoStrays()
            }
        }

        /// What must not change.
        private struct Snapshot: Equatable {
            var state: ClusterState
            var pools: String
            var folders: [String: [String]] = [:]
            var machines: [String]

            init(_ sandbox: Sandbox, _ members: [String]) async throws {
                state = try sandbox.state()
                pools = try await sandbox.client("storage", "list", "--format", "csv")
                for member in members { folders[member] = try await sandbox.folders(member) }
                machines = try HostFiles.machines().filter { $0.hasPrefix(sandbox.cluster) }
            }
        }

        private func expectRefusal(
            _ sandbox: Sandbox, _ before: Snapshot, _ sentence: String, _ hint: String
        ) async throws {
            let cluster = sandbox.cluster
            let half = try await sandbox.client("storage", "list", "--format", "csv").split(separator: "\n")
                .filter { $0.hasPrefix("half,") }.map { "\($0)\n" }.joined()
            for words in [
                ["member", "add", "-c", cluster], ["member", "add", "-c", cluster, "--json"],
                ["up", "-c", cluster, "-m", "2"], ["member", "add", "-c", cluster, "--dry-run"],
            ] {
                let refused = try await sandbox.run(Product.bcmcluster, words)
                #expect(refused.ending == .exited(1), "\(words)")
                #expect(refused.errors.contains("no member can join: \(sentence)"), "\(refused.errors)")
                #expect(refused.errors.contains(hint), "\(refused.errors)")
                #expect(words.contains("--dry-run") || refused.errors.contains("nothing was changed"))
            }
            var after = try await Snapshot(sandbox, [String](before.folders.keys))
            after.pools = after.pools.replacing(half, with: "")
            #expect(after == before)
            // Where nobody joins it is nobody's business.
            try await sandbox.mustRun("up", "-c", cluster)
        }

        @Test("repair forgets a lost member, and refuses to let it in again until the network is deleted")
        func repairRefuses() async throws {
            try await Sandbox.use("OR") { sandbox in
                let members = (0...2).map { "\(sandbox.cluster)-0\($0)" }
                try await sandbox.mustRun("up", "-c", sandbox.cluster, "-m", "2")
                try await sandbox.makePools(members)
                for member in members { try await sandbox.prepare("lan", on: member) }
                _ = try await sandbox.run(Product.engine.client, ["network", "create", "lan", "--type=macvlan"])
                let folders = try await sandbox.folders(members[0])
                try await sandbox.loseMachine(members[2])
                let refused = try await sandbox.bcmcluster("repair", "-c", sandbox.cluster, "--yes")
                #expect(refused.ending == .exited(1))
                #expect(refused.errors.contains("the network lan is ERRORED"), "\(refused.errors)")
                #expect(try HostFiles.machines().filter { $0.hasPrefix(members[2]) } == [])
                // The member is forgotten: LXD deletes a network only where all members answer.
                try await sandbox.client("network", "delete", "lan")
                try await sandbox.mustRun("repair", "-c", sandbox.cluster, "--yes")
                #expect(try await sandbox.online().count == 3)
                #expect(try await sandbox.folders(members[0]) == folders)
                try await sandbox.expectNoStrays()
            }
        }

        @Test(
            "An up that is killed while it creates the bridge is continued, with more members too",
            arguments: Moment.allCases)
        func resumesTheBridge(_ moment: Moment) async throws {
            try await Sandbox.use("OB") { sandbox in
                let hook = try await moment.hook(sandbox)
                let killed = try await sandbox.run(
                    Product.bcmcluster, ["up", "-c", sandbox.cluster, "-m", "1"], adding: hook.variables)
                #expect(killed.ending == .signalled(SIGKILL) && hook.wasMet)
                try await sandbox.mustRun("up", "-c", sandbox.cluster, "-m", "2")
                #expect(try await sandbox.online().count == 3)
                let networks = try await sandbox.client("network", "list", "--format", "csv")
                #expect(
                    networks.contains("\(Product.engine.bridge),bridge,YES,10.248.0.1/24,none,,1,CREATED"),
                    "\(networks)")
                try await sandbox.expectNoStrays()
            }
        }

        /// When the run is killed.
        enum Moment: CaseIterable, Sendable {
            /// When the bridge is prepared on one of the two members.
            case prepared
            /// When it is prepared on both, and not created.
            case pending
            /// While it is being created: LXD continues.
            case creating
            /// While it is being created, together with a daemon: it stays errored.
            case errored

            func hook(_ sandbox: Sandbox) async throws -> Hook {
                let second = "\(sandbox.cluster)-01"
                let create = "network create \(Product.engine.bridge) ipv4"
                switch self {
                case .prepared:
                    return try await Hook(
                        sandbox, at: "network create \(Product.engine.bridge) --target \(second)",
                        does: "kill -KILL $PPID; exit 1")
                case .pending: return try await Hook(sandbox, at: create, does: "kill -KILL $PPID; exit 1")
                case .creating: return try await Hook(sandbox, at: create, does: "kill -KILL $PPID")
                case .errored:
                    // A daemon that hangs is part of a creation that does not come to its end.
                    let daemon =
                        "$(pgrep -f '\(Product.engine.daemon) --group.*/machines/\(second)/\(Product.engine.name).log')"
                    return try await Hook(
                        sandbox, at: create,
                        does: "kill -STOP \(daemon); (sleep 1; kill -KILL $PPID; kill -KILL \(daemon)) &")
                }
            }
        }
    }
}

extension Sandbox {
    /// Two pools beside the default one: `fast` with a volume on the last member, and `empty`.
    func makePools(_ members: [String]) async throws {
        for pool in ["fast", "empty"] {
            for member in members { try await client("storage", "create", pool, "dir", "--target", member) }
            try await client("storage", "create", pool, "dir")
        }
        try await client("storage", "volume", "create", "fast", "kept", "--target", members.last ?? "")
    }

    /// A network on a parent that does not exist, pending on that member.
    func prepare(_ network: String, on member: String) async throws {
        try await client("network", "create", network, "--type=macvlan", "parent=nope", "--target", member)
    }

    /// What is in the folders of the member's pools.
    func folders(_ member: String) async throws -> [String] {
        let folder = "/var/lib/bcmcluster/machines/\(member)/\(Product.engine.name)/storage-pools"
        return try FileManager.default.subpathsOfDirectory(atPath: folder).sorted()
    }

    /// The database's configuration has the members' addresses and no others, as each member's daemon knows it.
    func expectNoStrays(at location: SourceLocation = #_sourceLocation) async throws {
        let members = try state().members.map(\.name.text)
        // A heartbeat tells all what the configuration is by now.
        let rows = try await SystemTime().wait(
            for: "names of all servers", limit: .seconds(120), every: .milliseconds(500)
        ) { () -> [[[String]]]? in
            var all: [[[String]]] = []
            for member in members { all.append(try await servers(knownTo: member)) }
            return all.allSatisfy { rows in Set(rows.map { $0[1] }) == Set(members) } ? all : nil
        }
        #expect(rows.allSatisfy { $0.count == members.count }, "\(rows)", sourceLocation: location)
    }

    /// Address and name of each server in the database's configuration.
    private func servers(knownTo member: String) async throws -> [[String]] {
        struct Answer: Decodable {
            struct Result: Decodable { var rows: [[String]]? }
            var results: [Result]
            enum CodingKeys: String, CodingKey { case results = "Results" }
        }
        let question = #"{"database":"local","query":"SELECT address, name FROM raft_nodes"}"#
        let text = try await mustRun(
            "exec", "-c", cluster, member, "--", Product.engine.client, "query", "--request", "POST", "--data",
            question,
            "/internal/sql"
        ).output
        return try JSONDecoder().decode(Answer.self, from: Data(text.utf8)).results.flatMap { $0.rows ?? [] }
    }
}
