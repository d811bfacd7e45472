import Foundation
import Provisioning
import Testing

extension Fleets {
    /// Hosts whose firewalls drop what they do not accept: their rules are real, and the host's own.
    @Suite struct Firewalls {
        /// A firewall as people have it, by the lines that make it and those that end it.
        struct Kind: Sendable, CustomTestStringConvertible {
            var name: String
            var rules: [String]
            var end: String
            var testDescription: String { name }
        }

        static let kinds = [
            Kind(
                name: "Docker: iptables-nft, policy DROP",
                rules: [
                    "iptables-nft -N DOCKER-USER", "iptables-nft -A DOCKER-USER -j RETURN",
                    "iptables-nft -A FORWARD -j DOCKER-USER", "iptables-nft -A FORWARD -i docker0 -j ACCEPT",
                    "iptables-nft -P FORWARD DROP",
                ], end: "iptables-nft -P FORWARD ACCEPT; iptables-nft -F"),
            Kind(
                name: "ufw: iptables-legacy, every hook",
                rules: [
                    "iptables-legacy -A INPUT -i lo -j ACCEPT", "iptables-legacy -A INPUT -p tcp --dport 22 -j ACCEPT",
                    "iptables-legacy -A INPUT -p icmp -j ACCEPT", "iptables-legacy -P FORWARD DROP",
                    "iptables-legacy -P INPUT DROP",
                ], end: "iptables-legacy -P INPUT ACCEPT; iptables-legacy -P FORWARD ACCEPT; iptables-legacy -F"),
            Kind(
                name: "RHEL: iptables-nft, a rule that rejects the rest",
                rules: ["iptables-nft -A FORWARD -m comment --comment 'all the rest' -j REJECT"],
                end: "iptables-nft -F"),
            Kind(
                name: "firewalld: nftables, a called chain that rejects the rest",
                rules: [
                    "nft add table inet firewalld", "nft add chain inet firewalld rest",
                    "nft add rule inet firewalld rest reject with icmpx admin-prohibited",
                    "nft add chain inet firewalld fwd_in '{ type filter hook forward priority 10; }'",
                    "nft add rule inet firewalld fwd_in ct state established,related accept",
                    "nft add rule inet firewalld fwd_in jump rest",
                ], end: "nft flush table inet firewalld"),
            Kind(
                name: "nftables.conf: policy drop",
                rules: [
                    "nft add table inet filter",
                    "nft add chain inet filter forward '{ type filter hook forward priority 0; policy drop; }'",
                ], end: "nft delete table inet filter"),
        ]

        @Test(
            "Members reach each other and the outside, also after a reload; destroy leaves the rules as they were",
            arguments: kinds)
        func opened(_ kind: Kind) async throws {
            try await Sandbox.useHosts("HO", 1) { sandbox, net, hosts in
                let (host, cluster) = (hosts[0], sandbox.cluster)
                // As with Docker, frames that a bridge forwards pass the firewalls too.
                #expect(try await net.run("sysctl -n net.bridge.bridge-nf-call-iptables", on: host).trimmed == "1")
                try await net.make(kind, on: host)
                let before = try await net.rules(on: host)
                try await sandbox.mustRun("up", "-c", cluster, "-m", "1", "--provider", "namespace", "--hosts", "h0")
                try await expectWaysOut(sandbox, net)
                #expect(try await sandbox.mustRun("up", "-c", cluster).errors.contains("unchanged"))

                // Loaded again, it has no rules of ours; a rule of the user's that names the tool is the user's.
                _ = try await net.run(kind.end, on: host)
                _ = try await net.run("nft flush ruleset", on: host)
                try await net.make(kind, on: host)
                let own = "iptables-nft -I OUTPUT -m comment --comment 'bcmcluster 00000000 out' -j ACCEPT"
                _ = try await net.run(own, on: host)
                let reloaded = try await net.rules(on: host)
                let again = try await sandbox.mustRun("up", "-c", cluster)
                #expect(again.errors.contains("✓ \(cluster): route the machines' traffic"), "\(again.errors)")
                try await expectWaysOut(sandbox, net)
                try await sandbox.mustRun("destroy", "-c", cluster, "--yes")
                #expect(try await net.rules(on: host) == reloaded)
                _ = try await net.run(own.replacing("-I", with: "-D"), on: host)
                #expect(
                    try await net.rules(on: host).filter { !$0.hasPrefix("chain OUTPUT") }.isEmpty == before.isEmpty)

                // What is not there any more need not be removed.
                try await sandbox.mustRun("up", "-c", cluster, "--provider", "namespace", "--hosts", "h0")
                _ = try await net.run(kind.end, on: host)
                _ = try await net.run("nft flush ruleset", on: host)
                try await sandbox.mustRun("destroy", "-c", cluster, "--yes")
                #expect(try await !net.rules(on: host).contains { $0.contains("bcm") })
            }
        }

        /// A port of the test's machine on which nobody listens refuses; what is dropped does not answer.
        private func expectWaysOut(_ sandbox: Sandbox, _ net: TestHost.Net) async throws {
            for member in try sandbox.state().members.map(\.name.text) {
                let knock = "exec 3<>/dev/tcp/\(net.prefix).1/9"
                let out = try await sandbox.bcmcluster(
                    "exec", "-c", sandbox.cluster, member, "--", "timeout", "20", "bash", "-c", knock)
                #expect(out.errors.contains("Connection refused"), "\(member): \(out.errors)")
            }
            #expect(try await sandbox.clusterMembers().allSatisfy { $0.status == "Online" })
        }

        @Test("Hosts that let in nothing but SSH let in each other, and nobody else; so does one that lets nothing out")
        func overHosts() async throws {
            try await Sandbox.useHosts("HO", 2) { sandbox, net, hosts in
                let ufw = [
                    "iptables-nft -A INPUT -i lo -j ACCEPT", "iptables-nft -A INPUT -p tcp --dport 22 -j ACCEPT",
                    "iptables-nft -A OUTPUT -p tcp --sport 22 -j ACCEPT", "iptables-nft -P FORWARD DROP",
                    "iptables-nft -P INPUT DROP", "iptables-nft -P OUTPUT DROP",
                ]
                for host in hosts { try await net.make(Kind(name: "ufw", rules: ufw, end: ""), on: host) }
                var before: [[String]] = []
                for host in hosts { before.append(try await net.rules(on: host)) }
                try await sandbox.mustRun(
                    "up", "-c", sandbox.cluster, "-m", "1", "--provider", "namespace", "--hosts", "h0,h1")
                #expect(try await sandbox.clusterMembers().count == 2)
                try await expectWaysOut(sandbox, net)
                let ours = try await net.run("iptables-nft-save", on: hosts[0]).split(separator: "\n").filter {
                    $0.contains("bcmcluster") && $0.contains("4789")
                }
                #expect(ours.count == 2 && ours.allSatisfy { $0.contains(hosts[1].address) }, "\(ours)")
                try await sandbox.mustRun("destroy", "-c", sandbox.cluster, "--yes")
                for (host, rules) in zip(hosts, before) { #expect(try await net.rules(on: host) == rules) }
            }
        }

        @Test("A firewall that accepts no rules of other programs is named by up and by doctor")
        func locked() async throws {
            try await Sandbox.useHosts("HO", 1) { sandbox, net, hosts in
                let host = hosts[0]
                // The table is its owner's as long as that runs.
                let rules = """
                    add table inet firewalld { flags owner; }
                    add chain inet firewalld filter_FORWARD { type filter hook forward priority 10; policy drop; }

                    """
                let owner = "(printf '\(rules)'; exec sleep 3600) | exec nft -i"
                    .replacing("\n", with: "\\n").replacing("'", with: "\"")
                _ = try await net.run("setsid --fork sh -c '\(owner)' </dev/null >/dev/null 2>&1", on: host)
                _ = try await SystemTime().wait(for: "the firewall", limit: .seconds(60), every: .milliseconds(100)) {
                    try await net.run("nft list tables", on: host).contains("firewalld") ? true : nil
                }
                let name =
                    "firewalld (nftables table inet firewalld, chain filter_FORWARD) drops what it does not accept"
                let doctor = try await net.run("cd /; BCM_RUNTIME_DIR=/run/bcm \(Product.bcmcluster) doctor", on: host)
                #expect(doctor.contains("! firewall: \(name)"), "\(doctor)")
                #expect(doctor.contains("hint: firewall-cmd --zone=trusted --add-interface="), "\(doctor)")
                let up = try await sandbox.mustRun(
                    "up", "-c", sandbox.cluster, "--provider", "namespace", "--hosts", "h0")
                #expect(up.errors.contains("note: h0: \(name)"), "\(up.errors)")
                #expect(up.errors.contains("--add-interface=bcm\(try sandbox.state().identifier)"), "\(up.errors)")
                try await sandbox.mustRun("destroy", "-c", sandbox.cluster, "--yes")
            }
        }
    }
}

extension TestHost.Net {
    /// Makes a firewall on a host.
    func make(_ kind: Fleets.Firewalls.Kind, on host: TestHost) async throws {
        let status = try await run(kind.rules.joined(separator: " && ") + "; echo status $?", on: host)
        try #require(status.contains("status 0"), "\(kind.name): \(status)")
    }

    /// All rules of a host's firewalls, without what they have counted, each with its chain.
    func rules(on host: TestHost) async throws -> [String] {
        let native = try await run("nft list ruleset 2>/dev/null", on: host)
        let older = try await run("iptables-legacy-save 2>/dev/null | grep -v '^#'", on: host)
        return (native + older).split(separator: "\n").map { line in
            String(line).replacing(/counter packets \d+ bytes \d+/, with: "counter").replacing(/\[\d+:\d+\]/, with: "")
        }
    }
}
