import Testing

@testable import Provisioning

/// The encrypted way between members.
@Suite struct WireGuardTests {
    private let runner = ScriptedRunner()
    private var tool: WireGuard { WireGuard(runner) }
    private let name = "w0123abcd"
    private let key = "/var/lib/bcmcluster/networks/0123abcd.key"

    private func peer(_ index: Int) -> WireGuard.Peer {
        WireGuard.Peer(
            publicKey: "key\(index)=", endpoint: IPv4(bits: 0x0A00_0001 + UInt32(index)),
            inside: MemberMesh.inside(index))
    }

    private func mesh(_ indices: [Int]) -> MemberMesh {
        MemberMesh(cluster: "0123abcd", index: 0, key: key, peers: Set(indices.map(peer)), outerSize: 1500)
    }

    @Test func membersHaveAddressesThatNoRouteLeadsElsewhere() {
        #expect(MemberMesh.inside(0).description == "169.254.128.1")
        #expect(MemberMesh.inside(300).description == "169.254.129.45")
        let all = (0..<1000).map(MemberMesh.inside)
        #expect(Set(all).count == 1000)
        // Clouds answer at this one.
        #expect(!all.contains { $0.description == "169.254.169.254" })
        #expect(mesh([1]).packetSize == 1440)
    }

    @Test func whoComesAndGoesBecomesAPeerAndNone() async throws {
        runner.on("ip -json address show", .prints(#"[{"ifname":"w0123abcd","flags":["UP"]}]"#))
        runner.on("wg show \(name) endpoints", .prints("key1=\t10.0.0.2:51871\nold=\t(none)\n"))
        runner.on("wg show \(name) allowed-ips", .prints("key1=\t169.254.128.2/32\nold=\t169.254.128.9/32\n"))
        let told =
            "wg set \(name) listen-port 51871 private-key \(key) "
            + "peer key1= endpoint 10.0.0.2:51871 allowed-ips 169.254.128.2/32 "
            + "peer key2= endpoint 10.0.0.3:51871 allowed-ips 169.254.128.3/32 peer old= remove"
        runner.on(told, .prints(""))
        runner.on("ip -batch -", .prints(""))
        try await mesh([1, 2]).put(runner)
        #expect(runner.lines.contains(told))
        #expect(
            runner.commands.last?.input
                == "address replace 169.254.128.1/17 dev \(name)\nlink set \(name) mtu 1440 up\n")
        #expect(!runner.commands.contains { $0.arguments.contains("dump") }, "that prints the private key")
    }

    @Test func aPeerThatSendsFromElsewhereIsTheSame() async throws {
        let link = #"[{"ifname":"w0123abcd","flags":["UP"],"addr_info":[{"local":"169.254.128.1"}]}]"#
        runner.on("ip -json address show", .prints(link))
        runner.on("wg show \(name) endpoints", .prints("key1=\t192.0.2.7:4000\n"))
        runner.on("wg show \(name) allowed-ips", .prints("key1=\t169.254.128.2/32\n"))
        #expect(try await mesh([1]).isThere(runner))
        #expect(try await !mesh([1, 2]).isThere(runner))
        #expect(try await !mesh([2]).isThere(runner), "another key")
    }

    @Test func aKernelWithoutItHasADaemonInItsPlace() async throws {
        let add = "ip link add \(name) type wireguard"
        runner.on(add, .ends(2, "Error: Unknown device type."), .ends(2, "RTNETLINK answers: Operation not permitted"))
        runner.on("setsid --wait wireguard-go \(name)", .prints(""))
        try await tool.add(name)
        #expect(runner.lines == [add, "setsid --wait wireguard-go \(name)"])
        await #expect(throws: Failure.self) { try await tool.add(name) }
    }

    @Test func whenTheMachineStartsItComesBeforeWhatGoesOverIt() {
        let link = MemberLink(
            cluster: "0123abcd", number: 5, bridge: "web", own: MemberMesh.inside(0), peers: [MemberMesh.inside(1)],
            packetSize: 1390)
        let lines = MemberLinks.unit(for: [link], over: mesh([1]), of: "0123abcd", before: ["a.service"])
            .split(separator: "\n").filter { $0.hasPrefix("ExecStart=-") }
        #expect(lines.first == "ExecStart=-ip link add \(name) type wireguard")
        #expect(
            lines.contains { $0.hasPrefix("ExecStart=-wg set \(name) listen-port 51871 private-key \(key) peer key1=") }
        )
        #expect(lines.last == "ExecStart=-bridge fdb append 00:00:00:00:00:00 dev u0123abcd000005 dst 169.254.128.2")
    }
}
