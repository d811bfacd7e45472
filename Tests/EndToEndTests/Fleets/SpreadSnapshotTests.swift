import Foundation
import Provisioning
import Testing

extension Fleets {
    /// Snapshots of a cluster whose hosts change.
    @Suite struct SpreadSnapshots {
        @Test("A snapshot outlives the last member of a host; restoring releases the host that came since")
        func hostsThatComeAndGo() async throws {
            try await Sandbox.useHosts("HS", 3) { sandbox, net, hosts in
                let (cluster, member) = (sandbox.cluster, "\(sandbox.cluster)-01")
                let before = try await net.traces(hosts)
                try await sandbox.mustRun("up", "-c", cluster, "-m", "1", "--hosts", "h0,h1")
                try await sandbox.mustRun("snapshot", "create", "-c", cluster, "before")

                let removed = try await sandbox.mustRun("member", "remove", "-c", cluster, member, "--yes")
                #expect(removed.errors.contains("h1 is kept as a host of \(cluster)"), "\(removed.errors)")
                #expect(try await net.traces([hosts[1]]).contains { $0.hasSuffix("/before/\(member)") })
                let list = try await sandbox.mustRun("snapshot", "list", "-c", cluster)
                #expect(list.output.contains(/before +complete/), "\(list.output)")

                // The new member takes the name of the one that went, on another host.
                try await sandbox.mustRun("member", "add", "-c", cluster, "--hosts", "h2")
                #expect(
                    try sandbox.state().host(of: #require(MemberName(member, of: sandbox.state().name))).text == "h2")
                let refused = try await sandbox.bcmcluster("snapshot", "restore", "-c", cluster, "before", "--yes")
                #expect(refused.ending == .exited(1))
                #expect(refused.errors.contains("\(member) was on h1 and is on h2 now"), "\(refused.errors)")
                #expect(try await sandbox.clusterMembers().allSatisfy { $0.status == "Online" }, "nothing was touched")

                try await sandbox.mustRun("member", "add", "-c", cluster, "--hosts", "h2")
                try await sandbox.mustRun("member", "remove", "-c", cluster, member, "--yes")
                try await sandbox.mustRun("snapshot", "restore", "-c", cluster, "before", "--yes")
                #expect(try sandbox.state().hosts.map(\.text) == ["h0", "h1"])
                #expect(try await net.traces([hosts[2]]) == before.filter { $0.hasPrefix("h2:") })
                #expect(try await sandbox.clusterMembers().map(\.status) == ["Online", "Online"])

                try await sandbox.mustRun("destroy", "-c", cluster, "--yes")
                #expect(try await net.traces(hosts) == before)
            }
        }
    }
}
