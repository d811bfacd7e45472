import Foundation
import Provisioning
import Testing

extension Repairs {
    /// The user's own way in, and the network on which it and the members depend: what `status` sees, and `repair` repairs.
    @Suite struct ClientAccess {
        @Test("The client is not trusted, the certificate is another, an API does not listen, a port is closed")
        func theUsersOwn() async throws {
            try await Sandbox.use("WAU") { sandbox in
                let cluster = sandbox.cluster
                try await sandbox.mustRun("up", "-c", cluster, "-m", "1")
                try await sandbox.waitForCodes("health") { $0.isEmpty }

                let state = try sandbox.state()
                let fingerprint = try #require(state.clients?.first)
                try await sandbox.client("config", "trust", "remove", "\(cluster)-00:", fingerprint)
                try await sandbox.expectRepair(of: "client-untrusted")

                try await sandbox.changeCertificate()
                try await sandbox.expectRepair(of: "certificate-changed")

                for address in [nil, "127.0.0.1:8443"] {
                    let words =
                        address.map { [Product.engine.client, "config", "set", "core.https_address", $0] }
                        ?? [Product.engine.client, "config", "unset", "core.https_address"]
                    try await sandbox.inMember("\(cluster)-01", words)
                    try await sandbox.expectRepair(of: "api-not-listening")
                }

                try await sandbox.closePort(of: "\(cluster)-00")
                let closed = try await sandbox.bcmcluster("status", "-c", cluster)
                #expect(closed.ending == .exited(4) && closed.output.contains("connection refused"), "\(closed)")
                let vain = try await sandbox.bcmcluster("repair", "-c", cluster, "--json")
                #expect(vain.ending == .exited(4) && vain.errors.contains("allow TCP to"), "\(vain)")
                try await sandbox.mustIP(["netns", "exec", "bcm-\(cluster)-00", "nft", "delete", "table", "ip", "test"])
                try await sandbox.waitForCodes("health") { $0.isEmpty }
            }
        }

        @Test("Firewall rules, forwarding, cable and bridge: each that is lost is named, and put back")
        func theNetwork() async throws {
            try await Sandbox.use("WAN") { sandbox in
                let cluster = sandbox.cluster
                try await sandbox.mustRun("up", "-c", cluster, "-m", "2")
                let name = "bcm\(try sandbox.state().identifier)"
                let cable = "v\(try sandbox.state().identifier).1"
                let losses: [(code: String, program: String, words: [String])] = [
                    ("firewall-rules-missing", "nft", ["delete", "table", "ip", name]),
                    ("firewall-rules-missing", "nft", ["flush", "table", "ip", name]),
                    ("forwarding-off", "sysctl", ["-q", "-w", "net/ipv4/conf/\(name)/forwarding=0"]),
                    ("veth-detached", "ip", ["link", "set", cable, "nomaster"]),
                    ("bridge-missing", "ip", ["link", "set", name, "down"]),
                    ("bridge-missing", "ip", ["link", "delete", name]),
                ]
                for (code, program, words) in losses {
                    let lost = try await sandbox.run(program, words)
                    try #require(lost.succeeded, "\(lost)")
                    try await sandbox.expectRepair(of: code)
                    try await sandbox.expectReach()
                }
            }
        }

        @Test("A frozen member that comes back, and a bridge that was away until the members had lost their leader")
        func longAway() async throws {
            try await Sandbox.use("WAB") { sandbox in
                let cluster = sandbox.cluster
                try await sandbox.mustRun("up", "-c", cluster, "-m", "2")
                let frozen = try #require(try Daemon("\(cluster)-02")).number
                kill(frozen, SIGSTOP)
                defer { kill(frozen, SIGCONT) }
                _ = try await SystemTime().wait(for: "the loss", limit: .seconds(180), every: .seconds(1)) {
                    let words = ["cluster", "list", "\(cluster)-00:", "--format", "csv"]
                    return try await sandbox.run(Product.engine.client, words).output.contains("OFFLINE") ? true : nil
                }
                kill(frozen, SIGCONT)
                let repaired = try await sandbox.bcmcluster("repair", "-c", cluster, "--json")
                #expect(repaired.succeeded, "\(repaired)")
                try await sandbox.waitForCodes("health") { $0.isEmpty }

                try await sandbox.mustIP(["link", "delete", "bcm\(try sandbox.state().identifier)"])
                try await sandbox.waitForCodes("the loss") {
                    $0.contains("no-quorum") || $0.contains("no-cluster-answer")
                }
                try await sandbox.expectRepair(of: "bridge-missing")
                try await sandbox.expectReach()
            }
        }
    }
}

extension Sandbox {
    /// The codes of the findings of `status`; its exit status says whether there are any that matter.
    func codes() async throws -> [String] {
        struct Answer: Decodable {
            struct Finding: Decodable { var code: String }
            var healthy: Bool
            var findings: [Finding]
        }
        let result = try await bcmcluster("status", "-c", cluster, "--json")
        let answer = try JSONDecoder().decode(Answer.self, from: Data(result.output.utf8))
        #expect(result.ending == .exited(answer.healthy ? 0 : 4))
        return answer.findings.map(\.code)
    }

    /// Waits until the findings are such; an answer that is late on a busy machine is not the last word.
    func waitForCodes(
        _ what: String, at location: SourceLocation = #_sourceLocation, _ isSo: ([String]) -> Bool
    ) async throws {
        var last: [String] = []
        let hasCome: Bool? = try? await SystemTime().wait(for: what, limit: .seconds(180), every: .seconds(1)) {
            last = try await codes().filter { $0 != "slow" }
            return isSo(last) ? true : nil
        }
        #expect(hasCome == true, "\(what): \(last)", sourceLocation: location)
    }

    /// Expects that `status` says so, and that its hint leads to a cluster in which nothing is the matter.
    func expectRepair(of code: String, at location: SourceLocation = #_sourceLocation) async throws {
        try await waitForCodes(code, at: location) { $0.contains(code) }
        let repaired = try await bcmcluster("repair", "-c", cluster, "--yes", "--json")
        #expect(repaired.succeeded, "\(code): \(repaired.errors)", sourceLocation: location)
        try await waitForCodes("health after \(code)", at: location) { $0.isEmpty }
        let trust = try await client("query", "\(cluster)-00:/1.0")
        #expect(trust.contains(#""auth": "trusted""#), "\(code)", sourceLocation: location)
    }

    /// Expects that each member reaches each other member's API.
    func expectReach(at location: SourceLocation = #_sourceLocation) async throws {
        let members = try state().members
        for member in members {
            for other in members where other.name != member.name {
                let knock = "exec 3<>/dev/tcp/\(other.address?.description ?? "-")/8443"
                let result = try await run("ip", ["netns", "exec", "bcm-\(member.name)", "bash", "-c", knock])
                #expect(result.succeeded, "\(member.name) to \(other.name): \(result)", sourceLocation: location)
            }
        }
    }

    func inMember(_ member: String, _ words: [String]) async throws {
        let result = try await run(Product.bcmcluster, ["exec", "-c", cluster, member, "--"] + words)
        try #require(result.succeeded, "\(words): \(result)")
    }

    func mustIP(_ words: [String]) async throws {
        let result = try await run("ip", words)
        try #require(result.succeeded, "\(words): \(result)")
    }

    /// Gives the cluster another certificate without the knowledge of the user's client.
    fileprivate func changeCertificate() async throws {
        let place = "/var/lib/bcmcluster/machines/\(cluster)-00"
        let (key, certificate) = ("\(place)/other.key", "\(place)/other.crt")
        let words = [
            "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:secp384r1", "-nodes", "-days", "30",
        ]
        let made = try await run(
            "openssl",
            words + ["-subj", "/CN=other", "-addext", "subjectAltName=DNS:other", "-keyout", key, "-out", certificate])
        try #require(made.succeeded, "\(made)")
        try await inMember("\(cluster)-00", [Product.engine.client, "cluster", "update-certificate", certificate, key])
    }

    /// Refuses connections to the member's API that come from the host itself; members reach each other still.
    fileprivate func closePort(of member: String) async throws {
        let subnet = try #require(try state().subnet)
        let nft = ["netns", "exec", "bcm-\(member)", "nft"]
        let rules = ["add table ip test", "add chain ip test entry { type filter hook input priority -10; }"]
        for rule in rules + [
            "add rule ip test entry ip saddr \(subnet.address(1)) tcp dport 8443 reject with tcp reset"
        ] {
            try await mustIP(nft + [rule])
        }
    }
}
