import Foundation
import Provisioning
import Testing

extension Fleets {
    /// What lies between the user and a cluster over hosts.
    @Suite struct Link {
        @Test("A way of 300 ms there and back is slow, and no outage")
        func slow() async throws {
            try await Sandbox.useHosts("WAS", 2) { sandbox, net, _ in
                let cluster = sandbox.cluster
                try await sandbox.mustRun("up", "-c", cluster, "-m", "2", "--hosts", "h0,h1", "--json")
                let slow = sandbox.adding(["PATH": try await net.personsPath(delay: 150)])
                let status = try await slow.bcmcluster("status", "-c", cluster)
                #expect(status.succeeded, "\(status)")
                #expect(status.output.hasPrefix("✓ \(cluster) is healthy: 3 members online."), "\(status)")
                #expect(status.output.contains("- slow: "), "\(status)")
                #expect(try await slow.codes() == ["slow"])
                let listed = try await slow.mustRun("list")
                #expect(listed.output.contains("online"), "\(listed)")
                let nothing = try await slow.mustRun("repair", "-c", cluster, "--json")
                #expect(nothing.errors.contains("nothing to repair"), "\(nothing)")
            }
        }

        @Test("A firewall reload on a host, its tunnel and its forwarding: named with the host, and put back")
        func hostNetwork() async throws {
            try await Sandbox.useHosts("WAF", 2) { sandbox, net, hosts in
                let cluster = sandbox.cluster
                try await sandbox.mustRun("up", "-c", cluster, "-m", "2", "--hosts", "h0,h1", "--json")
                let identifier = try sandbox.state().identifier
                let losses = [
                    ("firewall-rules-missing", "nft flush ruleset"),
                    ("firewall-rules-missing", "nft flush chain ip bcm\(identifier) input"),
                    ("forwarding-off", "sysctl -q -w net.ipv4.ip_forward=1; sysctl -q -w net.ipv4.ip_forward=0"),
                    ("tunnel-broken", "ip link delete x\(identifier)"),
                    ("bridge-missing", "ip link delete bcm\(identifier)"),
                ]
                for (code, line) in losses {
                    _ = try await net.run(line, on: hosts[1])
                    try await sandbox.waitForCodes(code) { $0.contains(code) }
                    let status = try await sandbox.bcmcluster("status", "-c", cluster)
                    #expect(status.ending == .exited(4) && status.output.contains("on host h1"), "\(line): \(status)")
                    try await sandbox.expectRepair(of: code)
                }
            }
        }

        @Test("After a host that was cut off is back, repair waits for its members' heartbeat")
        func comesBack() async throws {
            try await Sandbox.useHosts("WAC", 3) { sandbox, _, hosts in
                let cluster = sandbox.cluster
                try await sandbox.mustRun("up", "-c", cluster, "-m", "2", "--hosts", "h0,h1,h2", "--json")
                try await hosts[2].setReachable(false)
                _ = try await SystemTime().wait(for: "the loss", limit: .seconds(1800), every: .seconds(1)) {
                    let members = try await sandbox.run(Product.engine.client, ["cluster", "list", "--format", "csv"])
                    return members.output.contains("OFFLINE") ? true : nil
                }
                try await hosts[2].setReachable(true)
                let repaired = try await sandbox.bcmcluster("repair", "-c", cluster, "--json")
                #expect(repaired.succeeded, "\(repaired)")
                #expect(try await sandbox.clusterMembers().allSatisfy { $0.status == "Online" })
            }
        }
    }
}
