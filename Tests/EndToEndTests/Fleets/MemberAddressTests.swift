import Foundation
import Provisioning
import Testing

extension Fleets {
    /// Hosts whose members talk on another network than the one on which SSH reaches the hosts.
    @Suite struct MemberAddress {
        @Test("Members listen and join at the address that host add was given, and not where SSH comes in")
        func baremetal() async throws {
            try await Sandbox.useHosts("NEH", 2, programs: ["systemctl": HostPrograms.systemctl]) {
                sandbox, net, hosts in
                let (name, inner) = (sandbox.cluster, try await net.addInnerNetwork(hosts))
                let wrong = try await sandbox.bcmcluster(
                    "host", "add", "h0", "root@\(hosts[0].address)", "--address", "\(inner).99")
                #expect(wrong.ending == .exited(1))
                #expect(wrong.errors.contains("host h0 does not have the address \(inner).99"), "\(wrong.errors)")
                #expect(wrong.errors.contains("\(inner).10"), "those that it has")
                try await addHosts(hosts, inner, sandbox)

                try await sandbox.mustRun("up", "-c", name, "--provider", "baremetal", "--hosts", "h0,h1", "--json")
                let members = try await sandbox.client("cluster", "list", "--format", "csv")
                for number in [10, 11] { #expect(members.contains("https://\(inner).\(number):8443"), "\(members)") }
                for (number, host) in zip(10..., hosts) {
                    let listening = try await net.run("ss -Hltn sport = :8443", on: host)
                    #expect(
                        listening.contains("\(inner).\(number):8443") && !listening.contains(host.address),
                        "\(listening)")
                }
                #expect(try await sandbox.mustRun("status", "-c", name).output.hasPrefix("✓ \(name) is healthy"))
                try await sandbox.mustRun("destroy", "-c", name, "--yes", "--json")
            }
        }

        @Test("The network between hosts and the way of clients go by that address, too")
        func namespaces() async throws {
            try await Sandbox.useHosts("NEN", 2) { sandbox, net, hosts in
                let (name, inner) = (sandbox.cluster, try await net.addInnerNetwork(hosts))
                try await addHosts(hosts, inner, sandbox)
                try await sandbox.mustRun("up", "-c", name, "-m", "1", "--hosts", "h0,h1", "--json")
                #expect(try await sandbox.clusterMembers().count == 2)
                let state = try sandbox.state()
                #expect(state.spread?.map(\.address.description) == ["\(inner).10", "\(inner).11"])
                let port = try #require(state.port)
                let shown = try await sandbox.mustRun("env", "show", "-c", name)
                #expect(
                    shown.output.contains("https://\(inner).10:\(port) https://\(inner).11:\(port)"), "\(shown.output)")
                let tunnel = try await net.run("ip -details link show type vxlan", on: hosts[0])
                #expect(tunnel.contains("local \(inner).10"), "\(tunnel)")
                try await sandbox.mustRun("destroy", "-c", name, "--yes", "--json")
            }
        }

        /// Registers the hosts with their addresses on the inner network, which `host list` shows.
        private func addHosts(_ hosts: [TestHost], _ inner: String, _ sandbox: Sandbox) async throws {
            for (number, host) in zip(10..., hosts) {
                let added = try await sandbox.mustRun(
                    "host", "add", host.name, "root@\(host.address)", "--address", "\(inner).\(number)")
                #expect((added.output + added.errors).contains("members reach it at \(inner).\(number)"), "\(added)")
            }
            let listed = try await sandbox.mustRun("host", "list")
            #expect(listed.output.contains("(members: \(inner).10)"), "\(listed.output)")
            struct Listed: Decodable {
                struct Host: Decodable { var memberAddress: String? }
                var hosts: [Host]
            }
            let json = try await sandbox.mustRun("host", "list", "--json")
            let data = try JSONDecoder().decode(Listed.self, from: Data(json.output.utf8))
            #expect(data.hosts.compactMap(\.memberAddress) == ["\(inner).10", "\(inner).11"])
        }
    }
}
