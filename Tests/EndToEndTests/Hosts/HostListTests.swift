import Foundation
import Provisioning
import Testing

extension Hosts {
    /// The list of hosts, as a person keeps it.
    @Suite struct List {
        @Test("Hosts are added when they can be used, listed also when some are down or hang, and struck again")
        func life() async throws {
            try await Sandbox.use("HL") { sandbox in
                let net = try await TestHost.Net(sandbox)
                var hosts: [TestHost] = []
                do {
                    for number in 0...2 { hosts.append(try await TestHost(number, on: net)) }
                    try await life(sandbox, net, hosts, ["PATH": try await personsPath(net)])
                } catch {
                    await leave(hosts, net)
                    throw error
                }
                await leave(hosts, net)
            }
        }

        private func leave(_ hosts: [TestHost], _ net: TestHost.Net) async {
            for host in hosts { await host.leave() }
            await net.leave()
        }

        private func life(
            _ sandbox: Sandbox, _ net: TestHost.Net, _ hosts: [TestHost], _ path: [String: String]
        ) async throws {
            for host in hosts {
                let dry = try await sandbox.mustRun(
                    "host", "add", host.name, "root@\(host.address)", "--dry-run", adding: path)
                #expect(dry.output.contains("could be noted down"))
                let added = try await sandbox.mustRun("host", "add", host.name, "root@\(host.address)", adding: path)
                #expect(added.errors.contains("\(host.name) is a host now: namespace works there"), "\(added.errors)")
            }
            let all = try await sandbox.mustRun("host", "list", adding: path)
            #expect(all.output.split(separator: "\n").count == 5 && !all.output.contains(" down "), "\(all.output)")

            try await hosts[1].setReachable(false)
            for process in try await hosts[2].processes() { kill(process, SIGSTOP) }
            let start = ContinuousClock.now
            let some = try await sandbox.bcmcluster("host", "list", "--json", adding: path)
            #expect(some.ending == .exited(4) && ContinuousClock.now - start < .seconds(20))
            let listed = try JSONDecoder().decode(Listed.self, from: Data(some.output.utf8))
            #expect(listed.hosts.map(\.state) == ["up", "up", "down", "down"], "\(some.output)")
            #expect(listed.hosts.allSatisfy { $0.state == "up" || $0.trouble != nil && $0.lastSeen != nil })
            let refused = try await sandbox.bcmcluster("host", "add", "new", "root@\(hosts[1].address)", adding: path)
            #expect(
                refused.ending == .exited(4) && refused.errors.contains("the host new is out of reach"),
                "\(refused.errors)")
            for process in try await hosts[2].processes() { kill(process, SIGCONT) }

            for host in hosts { try await sandbox.mustRun("host", "remove", host.name) }
            #expect(try await sandbox.mustRun("host", "remove", "h0").errors.contains("there is no host h0"))
            #expect(try await sandbox.mustRun("host", "list").output.split(separator: "\n").count == 2)
            let left = try FileManager.default.contentsOfDirectory(atPath: "/tmp").filter { name in
                let owner = try? FileManager.default.contentsOfDirectory(atPath: "/tmp/\(name)")
                return name.hasPrefix("bcmcluster-ssh-") && owner?.contains("h0") ?? false
            }
            #expect(left == [], "a run leaves no connection behind")
        }

        private struct Listed: Decodable {
            struct Host: Decodable {
                var state: String
                var trouble: String?
                var lastSeen: Int?
            }
            var hosts: [Host]
        }

        /// OpenSSH reads a person's files from the home that the system knows: here from the sandbox.
        private func personsPath(_ net: TestHost.Net) async throws -> String {
            let folder = "\(net.sandbox.folder)/bin"
            let path = net.sandbox.environment["PATH"] ?? "/usr/sbin:/usr/bin:/sbin:/bin"
            try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
            let script = """
                #!/bin/sh
                PATH=\(path) exec ssh -F /dev/null -i \(net.key) -o UserKnownHostsFile=\(net.known) \\
                    -o StrictHostKeyChecking=yes "$@"

                """
            try await Executable.write(script, to: "\(folder)/ssh")
            return "\(folder):\(path)"
        }
    }
}
