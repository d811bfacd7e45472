import Foundation
import Provisioning
import Testing

extension Fleets {
    /// One cluster over several hosts, each reached by SSH.
    @Suite struct Spread {
        @Test("Six members over three hosts; a host is cut off, comes back, is cut off while all of it is destroyed")
        func life() async throws {
            try await Sandbox.useHosts("HC", 3) { sandbox, net, hosts in
                let before = try await net.traces(hosts)
                let cluster = sandbox.cluster
                try await sandbox.mustRun("up", "-c", cluster, "-m", "5", "--hosts", "h0,h1,h2", "--json")
                try await expectSpread(sandbox)
                let again = try await sandbox.mustRun("up", "-c", cluster)
                #expect(again.errors.contains("unchanged"), "\(again.errors)")
                let reach = try await sandbox.mustRun("env", "show", "-c", cluster)
                let port = try #require(try sandbox.state().port)
                let holders = hosts.map { "https://\($0.address):\(port)" }.joined(separator: " ")
                #expect(reach.output.contains("export BCM_LXD_ADDRESSES='\(holders)'"), "\(reach.output)")

                try await expectUnitsSpread(sandbox)
                try await expectLifeWithout(hosts[1], sandbox)
                try await expectHealth(sandbox)

                try await hosts[1].setReachable(false)
                let cut = try await sandbox.bcmcluster("destroy", "-c", cluster, "--yes", "--json")
                #expect(cut.ending == .exited(4) && cut.errors.contains("host h1 is unreachable"), "\(cut)")
                #expect(try sandbox.state().members.count == 6, "the state names what could not be reached")
                for host in [hosts[0], hosts[2]] {
                    let left = try await net.traces([host])
                    #expect(left == before.filter { $0.hasPrefix("\(host.name):") })
                }
                try await hosts[1].setReachable(true)
                try await sandbox.mustRun("destroy", "-c", cluster, "--yes", "--json")
                #expect(try await net.traces(hosts) == before)
                #expect(try sandbox.runtimeContents() == ["hosts.json"])
            }
        }

        /// Two members on each host, the voters on three, and each host the failure domain of its members.
        private func expectSpread(_ sandbox: Sandbox) async throws {
            let state = try sandbox.state()
            for host in ["h0", "h1", "h2"] { #expect(state.members(on: try HostName(host)).count == 2) }
            let members = try await sandbox.clusterMembers()
            #expect(members.count == 6 && members.allSatisfy { $0.status == "Online" }, "\(members)")
            for member in members {
                let name = try #require(MemberName(member.server_name, of: state.name))
                #expect(member.failure_domain == state.host(of: name).text)
            }
            #expect(Set(members.filter { $0.roles.contains("database") }.map(\.failure_domain)).count == 3)
        }

        /// A unit's instances are on different hosts while one is free, and then on different members.
        private func expectUnitsSpread(_ sandbox: Sandbox) async throws {
            try await sandbox.importImage()
            let file = try sandbox.unit("web", count: 4)
            let plan = try await sandbox.changes("run", file, "--dry-run")
            let placed = plan.filter { $0.kind == "instance" }
            #expect(placed.count == 4, "\(plan)")
            #expect(placed.dropFirst().prefix(2).allSatisfy { $0.message.contains("spread from web-") }, "\(plan)")
            // Why it is that member may change with the memory of the moment, as may the member.
            #expect(try await sandbox.changes("run", file).map(\.brief) == plan.map(\.brief))
            let shown = try await sandbox.ps("web")
            #expect(Set(shown.prefix(3).map(\.host)) == ["h0", "h1", "h2"])
            #expect(Set(shown.map(\.member)).count == 4)
            try await sandbox.mustRun("rm", "-c", sandbox.cluster, "web", "--yes")
        }

        private func expectLifeWithout(_ host: TestHost, _ sandbox: Sandbox) async throws {
            let cluster = sandbox.cluster
            try await host.setReachable(false)
            let status = try await sandbox.bcmcluster("status", "-c", cluster)
            #expect(status.ending == .exited(4), "\(status)")
            #expect(status.output.hasPrefix("✗ Host h1 is unreachable."), "\(status.output)")
            let listed = try await sandbox.mustRun("list")
            #expect(listed.output.contains("4 of 6 members online"), "\(listed.output)")
            // The cluster has a majority still, and answers what is asked of it.
            #expect(try await sandbox.clusterMembers().count == 6)
            let refused = try await sandbox.bcmcluster("host", "remove", host.name)
            #expect(refused.ending == .exited(1) && refused.errors.contains("h1 has members of clusters: \(cluster)-0"))
            try await host.setReachable(true)
        }

        private func expectHealth(_ sandbox: Sandbox) async throws {
            let isHealthy = try await SystemTime().wait(
                for: "the cluster to be healthy", limit: .seconds(90), every: .seconds(1)
            ) {
                try await sandbox.bcmcluster("status", "-c", sandbox.cluster).succeeded ? true : nil
            }
            #expect(isHealthy)
        }

        @Test("Hosts between which nothing passes are named before LXD is touched; what is repaired continues")
        func gap() async throws {
            try await Sandbox.useHosts("HG", 2) { sandbox, net, hosts in
                let before = try await net.traces([hosts[1]])
                try await hosts[1].setPassing(false, port: 4789)
                let words = ["up", "-c", sandbox.cluster, "-m", "1", "--hosts", "h0,h1"]
                let refused = try await sandbox.run(Product.bcmcluster, words)
                #expect(refused.ending == .exited(1))
                let (one, other) = ("\(sandbox.cluster)-00 on h0", "\(sandbox.cluster)-01 on h1")
                #expect(refused.errors.contains("\(one) does not reach \(other) at 10."), "\(refused.errors)")
                #expect(refused.errors.contains("\(other) does not reach \(one) at 10."), "\(refused.errors)")
                #expect(refused.errors.contains("open UDP port 4789 between h0"), "\(refused.errors)")
                #expect(!refused.errors.contains("✓ \(sandbox.cluster)-00: bootstrap"), "LXD is not touched")
                try await hosts[1].setPassing(true, port: 4789)
                #expect(try await sandbox.run(Product.bcmcluster, words).succeeded)
                #expect(try await sandbox.clusterMembers().count == 2)

                // With its last member the host leaves the cluster, and nothing stays there.
                try await sandbox.mustRun("member", "remove", "-c", sandbox.cluster, "\(sandbox.cluster)-01", "--yes")
                #expect(try await net.traces([hosts[1]]) == before)
                #expect(try sandbox.state().hosts.map(\.text) == ["h0"])
                try await sandbox.mustRun("host", "remove", "h1")
            }
        }
    }
}

extension Sandbox {
    /// A member as the cluster itself names it.
    struct NamedMember: Decodable {
        var server_name: String
        var status: String
        var roles: [String]
        var failure_domain: String
    }

    /// The members, by the user's own `lxc`.
    func clusterMembers() async throws -> [NamedMember] {
        let text = try await client("cluster", "list", "--format", "json")
        return try JSONDecoder().decode([NamedMember].self, from: Data(text.utf8))
    }
}
