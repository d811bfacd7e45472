import Foundation
import Provisioning
import Testing

extension Hosts {
    /// VMs on whatever host they are, by a stand-in multipass on each of several real `sshd`s.
    @Suite struct VMs {
        @Test("VMs are made, listed over all hosts, told apart by host and name, and deleted one by one")
        func life() async throws {
            try await TestHost.useMultipass("VL", 2) { sandbox, _, hosts in
                let none = try await sandbox.mustRun("vm", "list")
                #expect(none.output.isEmpty && none.errors.contains("no VMs"))
                let noHost = try await sandbox.bcmcluster("vm", "launch", "box")
                #expect(noHost.ending == .exited(3) && noHost.errors.contains("not installed on this machine"))

                let plan = try await sandbox.mustRun("vm", "launch", "h0/box", "--cpus", "2", "--dry-run")
                #expect(plan.output.contains("ssh root@\(hosts[0].address) 'multipass launch --name box --cpus 2 "))
                let data = "\(sandbox.folder)/user-data.yml"
                try "#cloud-config\nhostname: box\n".write(toFile: data, atomically: true, encoding: .utf8)
                let made = try await sandbox.mustRun(
                    "vm", "launch", "h0/box", "--cpus", "2", "--memory", "2G", "--disk", "9G", "--image", "24.04",
                    "--cloud-init", data)
                #expect(made.errors.contains("h0/box is running: 192.0.2.10"), "\(made.errors)")
                try await sandbox.mustRun("vm", "launch", "box", "--host", "h1")
                let roomy = try await sandbox.mustRun("vm", "launch", "big", "--host", "auto")
                #expect(roomy.errors.contains(/host h[01] chosen: most free memory \(\d/), "\(roomy.errors)")
                let taken = try await sandbox.bcmcluster("vm", "launch", "box", "--host", "h1")
                #expect(taken.ending == .exited(1) && taken.errors.contains("VM h1/box already exists"))

                let listed = try await Self.list(sandbox)
                #expect(listed.filter { $0.name == "box" }.map(\.host) == ["h0", "h1"])
                #expect(listed.count == 3 && listed.allSatisfy { $0.state == "running" && $0.cluster == nil })
                let table = try await sandbox.mustRun("vm", "list").output
                #expect(
                    table.hasPrefix("HOST  NAME  STATE    IPV4        IMAGE             CLUSTER\n"), "\(table)")
                let info = try await sandbox.mustRun("vm", "info", "h0/box").output
                #expect(info.contains(/CPUS +2\n/) && info.contains(/MEMORY +512M of 2G used\n/), "\(info)")
                try await sandbox.mustRun("vm", "info", "h0/box", "--json")

                let both = try await sandbox.bcmcluster("vm", "stop", "box")
                #expect(both.ending == .exited(2) && both.errors.contains("more than one host has a VM box: h0, h1"))
                #expect(both.errors.contains("h0/box or h1/box"))
                let unknown = try await sandbox.bcmcluster("vm", "stop", "nope")
                #expect(unknown.ending == .exited(5) && unknown.errors.contains("VM nope not found on local, h0, h1"))
                try await deletion(sandbox, hosts)
            }
        }

        private func deletion(_ sandbox: Sandbox, _ hosts: [TestHost]) async throws {
            try await hosts[0].multipass(sandbox, "launch", "24.04", "--name", "trash")
            try await hosts[0].multipass(sandbox, "delete", "trash")
            let plan = try await sandbox.mustRun("vm", "delete", "h0/box", "--dry-run")
            #expect(plan.output.contains("ssh root@\(hosts[0].address) 'multipass delete --purge box'"))
            let gone = try await sandbox.mustRun("vm", "delete", "h0/box", "--yes")
            #expect(gone.errors.contains("VM h0/box deleted"))
            let left = try await Self.list(sandbox)
            #expect(
                left.map { "\($0.host)/\($0.name) \($0.state)" }.sorted().filter { !$0.contains("big") }
                    == ["h0/trash deleted", "h1/box running"])
            let calls = try await hosts[0].calls(sandbox).filter { ["delete", "purge"].contains($0.first) }
            #expect(calls == [["delete", "trash"], ["delete", "--purge", "box"]])
            let deleted = try await sandbox.bcmcluster("vm", "start", "trash")
            #expect(deleted.ending == .exited(1) && deleted.errors.contains("h0/trash is deleted, but not purged"))
            // Now there is only one of the name.
            for (verb, outcome) in [("stop", "is stopped"), ("start", "is running"), ("restart", "restarted")] {
                let done = try await sandbox.mustRun("vm", verb, "box")
                #expect(done.errors.contains("h1/box \(outcome)"), "\(done.errors)")
            }
        }

        private static func list(_ sandbox: Sandbox) async throws -> [VMListed.VM] {
            try VMListed(try await sandbox.mustRun("vm", "list", "--json")).vms
        }
    }
}

/// What `vm list --json` prints.
struct VMListed: Decodable {
    struct VM: Decodable {
        var host: String
        var name: String
        var state: String
        var cluster: String?
    }

    var vms: [VM]

    init(_ result: CommandResult) throws { self = try JSONDecoder().decode(Self.self, from: Data(result.output.utf8)) }
}
