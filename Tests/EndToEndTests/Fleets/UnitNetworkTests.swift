import Foundation
import Provisioning
import Testing

extension Fleets {
    /// Networks of units over several hosts: every instance reaches every other, and finds it by name.
    @Suite struct UnitNetworks {
        @Test("Hosts that share no Ethernet: members come and go, an interface is lost and repaired, nothing stays")
        func baremetal() async throws {
            let programs = ["systemctl": HostPrograms.systemctl]
            try await Sandbox.useHosts("HV", 4, programs: programs) { sandbox, net, hosts in
                let cluster = sandbox.cluster
                try await sandbox.mustRun(
                    "up", "-c", cluster, "--provider", "baremetal", "--hosts", "h0,h1,h2", "--json")
                try await sandbox.importImage()
                let lan = "[[network]]\nname = \"lan\""
                _ = try await sandbox.changes("run", sandbox.unit("web", count: 3, lan))
                // VXLAN takes 50 bytes of 1500.
                try await sandbox.expectMeeting(of: "web", count: 3, packetSize: 1450)
                try await expectEncryption(sandbox, net, hosts)

                try await sandbox.mustRun("member", "add", "-c", cluster, "--hosts", "h3", "--json")
                _ = try await sandbox.changes("run", sandbox.unit("web", count: 4, lan))
                #expect(Set(try await sandbox.ps("web").map(\.host)) == ["h0", "h1", "h2", "h3"])
                try await sandbox.expectMeeting(of: "web", count: 4, packetSize: 1450)

                let identifier = try sandbox.state().identifier
                let names = try await links(on: hosts[0], of: identifier, net)
                #expect(names.count == 3, "two networks, and what one of them is encrypted by: \(names)")
                for name in names { _ = try await net.run("ip link delete \(name)", on: hosts[0]) }
                let status = try await sandbox.bcmcluster("status", "-c", cluster, "--json")
                #expect(status.output.contains("\"network-links-missing\""), "\(status.output)")
                try await sandbox.mustRun("repair", "-c", cluster, "--yes", "--json")
                try await sandbox.expectMeeting(of: "web", count: 4, packetSize: 1450)

                try await sandbox.mustRun("member", "remove", "-c", cluster, "\(cluster)-01", "--yes", "--json")
                #expect(try await links(on: hosts[1], of: identifier, net) == [])
                try await sandbox.awaitHealth()
                try await sandbox.expectMeeting(of: "web", count: 4, packetSize: 1450)

                for unit in ["web", "safe"] { try await sandbox.mustRun("rm", "-c", cluster, unit, "--yes") }
                for host in hosts { #expect(try await links(on: host, of: identifier, net) == []) }
                _ = try await sandbox.changes("run", sandbox.unit("web", count: 2, lan))
                #expect(try await !links(on: hosts[0], of: identifier, net).isEmpty)
                try await sandbox.mustRun("destroy", "-c", cluster, "--yes", "--json")
                for host in hosts {
                    #expect(try await links(on: host, of: identifier, net) == [])
                    let files = "ls -d /var/lib/bcmcluster /etc/systemd/system/bcm-* 2>/dev/null"
                    #expect(try await net.run(files, on: host) == "")
                }
            }
        }

        /// The cluster's own interfaces on a host.
        private func links(
            on host: TestHost, of identifier: String, _ net: TestHost.Net
        ) async throws -> [String] {
            let names = try await net.run("ip -oneline link | cut -d: -f2", on: host).split(separator: "\n")
            return names.map { $0.trimmingCharacters(in: .whitespaces) }.filter {
                $0.hasPrefix("u\(identifier)") || $0.hasPrefix("w\(identifier)")
            }
        }

        /// A network that is to be encrypted goes through WireGuard, and is refused where a member has none.
        private func expectEncryption(_ sandbox: Sandbox, _ net: TestHost.Net, _ hosts: [TestHost]) async throws {
            let file = try sandbox.unit("safe", count: 3, "[[network]]\nname = \"vault\"\nencrypt = true")
            let program = try await net.run("command -v wg", on: hosts[1]).trimmed
            _ = try await net.run("mv \(program) \(program)-hidden", on: hosts[1])
            try await sandbox.refuses("run", file, status: 3, saying: "wg is not installed on \(sandbox.cluster)-01")
            _ = try await net.run("mv \(program)-hidden \(program)", on: hosts[1])
            _ = try await sandbox.changes("run", file)
            // WireGuard takes 60 bytes more.
            try await sandbox.expectMeeting(of: "safe", count: 3, packetSize: 1390)
            let interface = "w\(try sandbox.state().identifier)"
            let counts = try await net.run("wg show \(interface) transfer", on: hosts[0]).split(separator: "\n")
            #expect(counts.count == 2 && counts.allSatisfy { !$0.hasSuffix("\t0") }, "\(counts)")
        }

        @Test("The namespace provider over hosts of which one has Docker's firewall and one firewalld's")
        func namespaces() async throws {
            try await Sandbox.useHosts("HV", 3) { sandbox, net, hosts in
                let cluster = sandbox.cluster
                try await net.make(Firewalls.kinds[0], on: hosts[1])
                try await net.make(Firewalls.kinds[3], on: hosts[2])
                let before = try await net.traces(hosts)
                try await sandbox.mustRun(
                    "up", "-c", cluster, "-m", "2", "--provider", "namespace", "--hosts", "h0,h1,h2", "--json")
                try await sandbox.importImage()
                let lan = "[[network]]\nname = \"lan\""
                _ = try await sandbox.changes("run", sandbox.unit("web", count: 3, lan))
                // Each member's own network loses 50 bytes to VXLAN, and this one 50 more.
                try await sandbox.expectMeeting(of: "web", count: 3, packetSize: 1400)
                try await sandbox.mustRun("member", "add", "-c", cluster, "--json")
                _ = try await sandbox.changes("run", sandbox.unit("web", count: 4, lan))
                #expect(Set(try await sandbox.ps("web").map(\.member)).count == 4)
                try await sandbox.expectMeeting(of: "web", count: 4, packetSize: 1400)
                // Two members on one host have a key each; WireGuard takes 60 bytes more.
                let vault = "[[network]]\nname = \"vault\"\nencrypt = true"
                _ = try await sandbox.changes("run", sandbox.unit("safe", count: 4, vault))
                try await sandbox.expectMeeting(of: "safe", count: 4, packetSize: 1340)
                try await sandbox.mustRun("member", "remove", "-c", cluster, "\(cluster)-01", "--yes", "--json")
                try await sandbox.awaitHealth()
                try await sandbox.expectMeeting(of: "web", count: 4, packetSize: 1400)
                try await sandbox.expectMeeting(of: "safe", count: 4, packetSize: 1340)
                try await sandbox.mustRun("destroy", "-c", cluster, "--yes", "--json")
                #expect(try await net.traces(hosts) == before)
            }
        }
    }
}

extension Sandbox {
    /// Waits until a cluster that has just lost a member has chosen who leads it.
    fileprivate func awaitHealth() async throws {
        _ = try await SystemTime().wait(
            for: "the cluster to be healthy", limit: .seconds(300), every: .seconds(1)
        ) { try await bcmcluster("status", "-c", cluster).succeeded ? true : nil }
    }

    /// Requires that each of a unit's instances reaches all of them by packets as large as that, and knows their names.
    func expectMeeting(
        of unit: String, count: Int, packetSize: Int, at location: SourceLocation = #_sourceLocation
    ) async throws {
        let instances = try await ps(unit)
        #expect(instances.count == count, "\(instances)", sourceLocation: location)
        let addresses = instances.flatMap(\.ipv4)
        #expect(Set(addresses).count == count, "\(instances)", sourceLocation: location)
        // The members' own address is the first of the range, in which so few instances have the next ones.
        let first = try #require(addresses.first.flatMap(IPv4.init))
        let server = IPv4(bits: first.bits & ~255 | 1)
        // IPv4's and ICMP's own headers take 28 bytes.
        let pings = addresses.map { "ping -c 1 -W 9 -s \(packetSize - 28) \($0) >/dev/null && echo ping-\($0)-" }
        let names = instances.map { instance in
            "busybox nslookup \(instance.name).\(unit).bcm \(server) | busybox grep -q '\(instance.ipv4.first ?? "-")$' && echo name-\(instance.name)-"
        }
        let size = "echo size-$(cat /sys/class/net/eth0/mtu)-"
        let wanted = addresses.map { "ping-\($0)-" } + instances.map { "name-\($0.name)-" } + ["size-\(packetSize)-"]
        func counts(_ output: String) -> [String: Int] {
            wanted.reduce(into: [:]) { $0[$1] = output.components(separatedBy: $1).count - 1 }
        }
        let script = (pings + names + [size]).joined(separator: "; ")
        let output = try await output(of: ["sh", "-c", script], in: unit, at: location) { output in
            counts(output).values.allSatisfy { $0 == count }
        }
        let lacking = counts(output).filter { $0.value != count }
        #expect(lacking.isEmpty, "\(lacking) of \(count): \(output)", sourceLocation: location)
    }
}
