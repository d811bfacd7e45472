import Foundation
import Provisioning
import Testing

extension Faults {
    /// Joins that fail half-way, and the next run.
    @Suite struct BrokenJoins {
        @Test(
            "What LXD deletes while it undoes a join is named, and what the join leaves does not prevent the next one")
        func undoneByLXD() async throws {
            try await Sandbox.use("BU") { sandbox in
                let members = (0...1).map { "\(sandbox.cluster)-0\($0)" }
                let joining = "\(sandbox.cluster)-02"
                try await sandbox.mustRun("up", "-c", sandbox.cluster, "-m", "1")
                try await sandbox.makePools(members)
                // A network that fails between the last look and the join.
                let create = "\(Product.engine.client) network create lan --type=macvlan"
                let lines =
                    members.map { "\(create) parent=nope --target \($0) >/dev/null" } + ["\(create) 2>/dev/null"]
                let hook = try await Hook(
                    sandbox, at: "/\(joining)/", Product.initialisation, does: lines.joined(separator: "\n"))
                let failed = try await sandbox.bcmcluster(
                    "member", "add", "-c", sandbox.cluster, adding: hook.variables)
                #expect(failed.ending == .exited(1) && hook.wasMet)
                #expect(failed.errors.contains("Joining member has no config for network lan"), "\(failed.errors)")
                #expect(
                    failed.errors.contains(
                        "LXD deleted the storage pool empty from the cluster while it undid the join; "
                            + "the folder of the storage pool fast is missing on \(members[0])"), "\(failed.errors)")
                #expect(failed.errors.contains("bcmcluster stop -c \(sandbox.cluster), then start"))

                let refused = try await sandbox.bcmcluster("up", "-c", sandbox.cluster)
                #expect(refused.errors.contains("the network lan is ERRORED"), "\(refused.errors)")
                try await sandbox.client("network", "delete", "lan")
                try await expectWhole(sandbox)
                // What the hint says about folders is true.
                try await sandbox.mustRun("stop", "-c", sandbox.cluster)
                try await sandbox.mustRun("start", "-c", sandbox.cluster)
                try await sandbox.client("storage", "volume", "create", "fast", "new", "--target", members[0])
            }
        }

        /// Who is ended in the middle of a join.
        enum Victim: String, CaseIterable, Sendable {
            case daemon, tool, both
        }

        @Test(
            "A join in which the daemon or the tool is killed does not prevent the next one", arguments: Victim.allCases
        )
        func killed(_ victim: Victim) async throws {
            try await Sandbox.use("BK") { sandbox in
                let joining = "\(sandbox.cluster)-02"
                try await sandbox.mustRun("up", "-c", sandbox.cluster, "-m", "1")
                let hook = try await killing(victim, sandbox, joining)
                let cut = try await sandbox.run(
                    Product.bcmcluster, ["member", "add", "-c", sandbox.cluster], adding: hook.variables)
                #expect(!cut.succeeded && hook.wasMet)
                try await expectWhole(sandbox)
                try await sandbox.mustRun("member", "add", "-c", sandbox.cluster)
                #expect(try await sandbox.online().count == 4)
                try await sandbox.expectNoStrays()
            }
        }

        @Test("A member whose join was cut off can be removed instead, with what it left in the database")
        func removed() async throws {
            try await Sandbox.use("BR") { sandbox in
                let joining = "\(sandbox.cluster)-02"
                try await sandbox.mustRun("up", "-c", sandbox.cluster, "-m", "1")
                let hook = try await killing(.both, sandbox, joining)
                _ = try await sandbox.run(
                    Product.bcmcluster, ["member", "add", "-c", sandbox.cluster], adding: hook.variables)
                #expect(hook.wasMet)
                try await sandbox.mustRun(
                    "member", "remove", "-c", sandbox.cluster, joining, "--force", "--yes")
                try await sandbox.expectNoStrays()
                try await sandbox.mustRun("member", "add", "-c", sandbox.cluster)
                #expect(try await sandbox.online() == Set((0...2).map { "\(sandbox.cluster)-0\($0)" }))
                try await sandbox.expectNoStrays()
            }
        }

        @Test("A preseed that LXD refuses leaves the pools alone, and once it is right the next run works")
        func wrongPreseed() async throws {
            try await Sandbox.use("BP") { sandbox in
                let members = (0...1).map { "\(sandbox.cluster)-0\($0)" }
                try await sandbox.mustRun("up", "-c", sandbox.cluster, "-m", "1")
                try await sandbox.makePools(members)
                let folders = try await sandbox.folders(members[0])
                let templates = "\(sandbox.runtime)/templates"
                try FileManager.default.createDirectory(atPath: templates, withIntermediateDirectories: true)
                // The folder of another member, which is not empty.
                let taken = "/var/lib/bcmcluster/machines/\(members[0])/\(Product.engine.name)/storage-pools/fast"
                try """
                cluster:
                  enabled: true
                  server_name: ${BCM_CLUSTER_ENDPOINT_NAME}
                  server_address: ${BCM_LXD_ADDRESS}
                  ${BCM_LXD_JOIN_CREDENTIAL}
                  member_config:
                  - {entity: storage-pool, name: fast, key: source, value: "\(taken)"}

                """.write(toFile: "\(templates)/member.preseed.yml", atomically: true, encoding: .utf8)
                let failed = try await sandbox.bcmcluster("member", "add", "-c", sandbox.cluster)
                #expect(failed.ending == .exited(1) && failed.errors.contains("isn't empty"), "\(failed.errors)")
                #expect(!failed.errors.contains("LXD deleted"), "\(failed.errors)")
                #expect(try await sandbox.folders(members[0]) == folders)
                try FileManager.default.removeItem(atPath: templates)
                try await expectWhole(sandbox)
                #expect(try await sandbox.folders(members[0]) == folders)
            }
        }

        @Test(
            "A machine that dies in the middle of its join is recreated by the command of the hint, and not waited for",
            arguments: ["start", "repair", "up"])
        func dead(_ verb: String) async throws {
            try await Sandbox.use("KI") { sandbox in
                let joining = "\(sandbox.cluster)-02"
                try await sandbox.mustRun("up", "-c", sandbox.cluster, "-m", "1")
                let folder = "/var/lib/bcmcluster/machines/\(joining)"
                // A moment later it has the configuration of the database, which does not know it.
                let hook = try await Hook(
                    sandbox, at: "/\(joining)/", Product.initialisation,
                    does:
                        "(while [ ! -e \(folder)/\(Product.engine.name)/cluster.crt ]; do sleep 0.02; done; sleep 0.2; "
                        + "kill -KILL $PPID $(readlink \(folder)/holder)) &")
                _ = try await sandbox.run(
                    Product.bcmcluster, ["member", "add", "-c", sandbox.cluster], adding: hook.variables)
                #expect(hook.wasMet)
                let status = try await sandbox.bcmcluster("status", "-c", sandbox.cluster)
                #expect(status.output.contains("hint: bcmcluster start -c \(sandbox.cluster)"), "\(status.output)")
                let words = [verb, "-c", sandbox.cluster] + (verb == "repair" ? ["--yes"] : [])
                let result = try await sandbox.run(Product.bcmcluster, words)
                try #require(result.succeeded, "\(result.errors)")
                #expect(result.errors.contains("the join of \(joining) had been interrupted"), "\(result.errors)")
                try await expectWhole(sandbox)
            }
        }

        /// Kills when the cluster has accepted the server, which then has the cluster's certificate.
        private func killing(_ victim: Victim, _ sandbox: Sandbox, _ joining: String) async throws -> Hook {
            let certificate = "/var/lib/bcmcluster/machines/\(joining)/\(Product.engine.name)/cluster.crt"
            let daemon =
                "kill -KILL $(pgrep -f '\(Product.engine.daemon) --group.*/machines/\(joining)/\(Product.engine.name).log')"
            let kills =
                switch victim {
                case .daemon: daemon
                case .tool: "kill -KILL $PPID"
                case .both: "\(daemon); kill -KILL $PPID"
                }
            return try await Hook(
                sandbox, at: "/\(joining)/", Product.initialisation,
                does: "(while [ ! -e \(certificate) ]; do sleep 0.02; done; \(kills)) &")
        }

        /// The next run makes a whole of it.
        private func expectWhole(_ sandbox: Sandbox) async throws {
            try await sandbox.mustRun("up", "-c", sandbox.cluster)
            #expect(try await sandbox.online() == Set((0...2).map { "\(sandbox.cluster)-0\($0)" }))
            let status = try await sandbox.bcmcluster("status", "-c", sandbox.cluster)
            #expect(status.succeeded, "\(status.output)")
            try await sandbox.expectNoStrays()
        }
    }
}
