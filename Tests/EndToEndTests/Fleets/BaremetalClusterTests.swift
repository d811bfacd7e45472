import Foundation
import Provisioning
import Testing

extension Fleets {
    /// Hosts that exist already, which become the members of one cluster and are left as they were.
    @Suite struct BaremetalCluster {
        @Test(
            "Three hosts become a cluster; a fourth joins, one leaves, and all are left with an engine that holds nothing"
        )
        func life() async throws {
            try await Sandbox.useHosts("HM", 4, programs: ["systemctl": HostPrograms.systemctl]) {
                sandbox, net, hosts in
                let cluster = sandbox.cluster
                let up = ["up", "-c", cluster, "--provider", "baremetal", "--hosts", "h0,h1,h2"]
                let made = try await sandbox.run(Product.bcmcluster, up)
                try #require(made.succeeded, "\(made.errors)")
                var members = try await sandbox.clusterMembers()
                #expect(members.map(\.failure_domain).sorted() == ["h0", "h1", "h2"])
                #expect(members.allSatisfy { $0.status == "Online" && $0.roles.contains("database") }, "\(members)")
                #expect(try await sandbox.run(Product.bcmcluster, up).errors.contains("unchanged"))

                let tooMany = try await sandbox.bcmcluster("member", "add", "-c", cluster, "-n", "2", "--hosts", "h3")
                #expect(tooMany.ending == .exited(2) && tooMany.errors.contains("each member is a host"))
                try await sandbox.mustRun("member", "add", "-c", cluster, "--hosts", "h3", "--json")
                members = try await sandbox.clusterMembers()
                #expect(members.first { $0.server_name == "\(cluster)-03" }?.failure_domain == "h3")

                try await sandbox.mustRun("member", "remove", "-c", cluster, "\(cluster)-01", "--yes", "--json")
                #expect(try await sandbox.clusterMembers().count == 3)
                try await expectUnused(hosts[1], net)
                let status = try await sandbox.mustRun("status", "-c", cluster)
                #expect(status.output.hasPrefix("✓ \(cluster) is healthy: 3 members online."), "\(status.output)")

                try await sandbox.mustRun("destroy", "-c", cluster, "--yes", "--json")
                for host in hosts { try await expectUnused(host, net) }
                #expect(try sandbox.runtimeContents() == ["hosts.json"])
            }
        }

        /// Its engine answers, is in no cluster, and holds nothing; no note of ours is left.
        private func expectUnused(_ host: TestHost, _ net: TestHost.Net) async throws {
            let client = Product.engine.client
            #expect(try await net.run("\(client) cluster list 2>&1", on: host).contains("isn't part of a cluster"))
            #expect(
                try await net.run("\(client) list --format csv; \(client) storage list --format csv", on: host) == "")
            #expect(try await net.run("ls -d /var/lib/bcmcluster 2>/dev/null", on: host) == "")
        }
    }
}
