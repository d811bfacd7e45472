import Foundation
import Provisioning
import Testing

extension Hosts {
    /// The list of hosts, as the user keeps it.
    @Suite struct List {
        @Test("Hosts are added when they can be used, listed also when some are down or hang, and removed again")
        func life() async throws {
            try await Sandbox.use("HL") { sandbox in
                try await TestHost.use(3, in: sandbox) { net, hosts in
                    try await life(sandbox.adding(["PATH": try await net.personsPath()]), hosts)
                }
            }
        }

        private func life(_ sandbox: Sandbox, _ hosts: [TestHost]) async throws {
            // No other test's hosts are called so.
            let names = ["listed0", "listed1", "listed2"]
            for (name, host) in zip(names, hosts) {
                let dry = try await sandbox.mustRun("host", "add", name, "root@\(host.address)", "--dry-run")
                #expect(dry.output.contains("# 1. register the host"))
                let added = try await sandbox.mustRun("host", "add", name, "root@\(host.address)")
                #expect(added.errors.contains("host \(name) added: namespace works there"), "\(added.errors)")
                #expect(added.errors.contains(", no multipass, bridges: none"), "\(added.errors)")
                #expect(added.errors.contains("  unavailable: baremetal: baremetal needs systemd"), "\(added.errors)")
            }
            let all = try await sandbox.mustRun("host", "list")
            #expect(all.output.split(separator: "\n").count == 5 && !all.output.contains(" down "), "\(all.output)")

            try await hosts[1].setReachable(false)
            for process in try await hosts[2].processes() { kill(process, SIGSTOP) }
            let start = ContinuousClock.now
            let some = try await sandbox.bcmcluster("host", "list", "--json")
            #expect(some.ending == .exited(4) && ContinuousClock.now - start < .seconds(20))
            let listed = try JSONDecoder().decode(Listed.self, from: Data(some.output.utf8))
            #expect(listed.hosts.map(\.state) == ["up", "up", "down", "down"], "\(some.output)")
            #expect(listed.hosts.allSatisfy { $0.state == "up" || $0.message != nil && $0.lastSeen != nil })
            let refused = try await sandbox.bcmcluster("host", "add", "new", "root@\(hosts[1].address)")
            #expect(
                refused.ending == .exited(4) && refused.errors.contains("host new is unreachable"),
                "\(refused.errors)")
            for process in try await hosts[2].processes() { kill(process, SIGCONT) }

            for name in names { try await sandbox.mustRun("host", "remove", name) }
            #expect(try await sandbox.mustRun("host", "remove", names[0]).errors.contains("host listed0 not found"))
            #expect(try await sandbox.mustRun("host", "list").output.split(separator: "\n").count == 2)
            let left = try FileManager.default.contentsOfDirectory(atPath: "/tmp").filter { name in
                let owner = try? FileManager.default.contentsOfDirectory(atPath: "/tmp/\(name)")
                return name.hasPrefix("bcmcluster-ssh-") && owner?.contains { $0.hasPrefix("listed") } ?? false
            }
            #expect(left == [], "a run leaves no connection behind")
        }

        @Test("At a terminal OpenSSH asks about a new host's key, and where nobody can answer it is unreachable")
        func question() async throws {
            try await Sandbox.use("HQ") { sandbox in
                try await TestHost.use(1, in: sandbox) { net, hosts in
                    try "".write(toFile: net.known, atomically: true, encoding: .utf8)
                    let path = ["PATH": try await net.personsPath(checking: "ask")]
                    let words = ["host", "add", "asked", "root@\(hosts[0].address)"]
                    let alone = try await sandbox.run(Product.bcmcluster, words, adding: path)
                    #expect(alone.ending == .exited(4) && alone.errors.contains("Host key verification failed."))
                    let screen = try await TmuxScreen(sandbox.adding(path), columns: 120, rows: 30)
                    do {
                        try await screen.type("\(Product.bcmcluster) \(words.joined(separator: " "))")
                        _ = try await screen.wait(for: "Are you sure you want to continue connecting")
                        try await screen.type("yes")
                        _ = try await screen.wait(for: "host asked added")
                    } catch {
                        await screen.close()
                        throw error
                    }
                    await screen.close()
                    #expect(try await sandbox.mustRun("host", "list", adding: path).output.contains("asked"))
                }
            }
        }

        private struct Listed: Decodable {
            struct Host: Decodable {
                var state: String
                var message: String?
                var lastSeen: String?
            }
            var hosts: [Host]
        }
    }
}
