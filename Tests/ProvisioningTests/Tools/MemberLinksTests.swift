import Testing

@testable import Provisioning

/// Members' interfaces into networks of units, where members share no Ethernet.
@Suite struct MemberLinksTests {
    private let runner = ScriptedRunner()
    private let own = IPv4(bits: 0x0A00_0001)
    private let peers = (2...3).map { IPv4(bits: 0x0A00_0000 + $0) }

    private func link(_ number: Int = 777, peers: [IPv4]? = nil, size: Int = 1450) -> MemberLink {
        MemberLink(
            cluster: "0123abcd", number: number, bridge: "web", own: own, peers: Set(peers ?? self.peers),
            packetSize: size)
    }

    private func changes(
        _ present: [String: IP.Tunnel] = [:], peers: [String: Set<IPv4>] = [:], bridges: Set<String> = [],
        to wanted: [MemberLink], removesOthers: Bool = true
    ) -> MemberLinks.Changes {
        MemberLinks.changes(from: present, peers: peers, bridges: bridges, to: wanted, removesOthers: removesOthers)
    }

    @Test func aNameFitsAndSaysWhoseItIs() {
        for number in [1, 777, 0xFFFFFF] {
            let name = MemberLink.name(number, in: "0123abcd")
            #expect(name.count == 15 && MemberLink.isName(name, of: "0123abcd") && MemberLink.isName(name))
            #expect(!MemberLink.isName(name, of: "0123abce"))
        }
        #expect(MemberLink.name(777, in: "0123abcd") != MemberLink.name(778, in: "0123abcd"))
        // A user's own, and those of the namespace provider.
        for other in ["usb0", "uplink0", "u0123abcd", "u0123abcd.00001", "u0123abcd00030G", "x0123abcd", "v0123abcd.1"]
        {
            #expect(!MemberLink.isName(other, of: "0123abcd") && !MemberLink.isName(other), "\(other)")
        }
    }

    @Test func whatIsMissingIsMadeAndWhatIsThereStays() {
        let name = link().name
        let made = changes(to: [link()])
        #expect(
            made.links == [
                "link add \(name) mtu 1450 type vxlan id 777 local 10.0.0.1 dstport 4789", "link set \(name) up",
            ])
        #expect(made.gained.map(\.peers) == [peers] && made.lost.isEmpty)
        var tunnel = IP.Tunnel(number: 777, own: own, packetSize: 1450, bridge: "web", isUp: true)
        let all = [name: Set(peers)]
        #expect(changes([name: tunnel], peers: all, bridges: ["web"], to: [link()]).isEmpty)

        // The engine has made the bridge meanwhile.
        tunnel.bridge = nil
        #expect(changes([name: tunnel], peers: all, to: [link()]).isEmpty, "there is no bridge yet")
        #expect(
            changes([name: tunnel], peers: all, bridges: ["web"], to: [link()]).links == [
                "link set \(name) master web up"
            ])
    }

    @Test func membersThatComeAndGoBecomePeersAndNone() {
        let name = link().name
        let tunnel = IP.Tunnel(number: 777, own: own, packetSize: 1450, bridge: "web", isUp: true)
        let other = IPv4(bits: 0x0A00_0009)
        let changes = changes([name: tunnel], peers: [name: [peers[0], other]], bridges: ["web"], to: [link()])
        #expect(changes.links.isEmpty)
        #expect(changes.gained.map(\.peers) == [[peers[1]]] && changes.lost.map(\.peers) == [[other]])
    }

    /// Of another address of the member nothing can be changed in place.
    @Test func anInterfaceThatSendsFromElsewhereIsRecreatedWithAllItsPeers() {
        let name = link().name
        let tunnel = IP.Tunnel(number: 777, own: peers[0], packetSize: 1450, bridge: "web", isUp: true)
        let changes = changes([name: tunnel], peers: [name: Set(peers)], bridges: ["web"], to: [link()])
        #expect(changes.links.first == "link delete \(name)" && changes.links.last == "link set \(name) master web up")
        #expect(changes.gained.map(\.peers) == [peers])
    }

    @Test func whatNoNetworkHasGoesUnlessItIsLeftAlone() {
        let tunnel = IP.Tunnel(number: 5, own: own, packetSize: 1450, bridge: nil, isUp: true)
        let left = MemberLink.name(5, in: "0123abcd")
        #expect(changes([left: tunnel], to: []).leftovers == [left])
        #expect(changes([left: tunnel], to: [], removesOthers: false).isEmpty)
    }

    @Test func onlyTheClustersOwnAreRemoved() async throws {
        let own = link().name
        runner.on(
            "ip -json link",
            .prints(
                "[{\"ifname\":\"lo\"},{\"ifname\":\"\(own)\"},{\"ifname\":\"u0123abce000309\"},{\"ifname\":\"web\"}]"))
        runner.on("ip -force -batch -", .prints(""))
        let files = "/var/lib/bcmcluster/networks/0123abcd.key /etc/systemd/system/bcm-0123abcd-networks.service"
        runner.on("stat --dereference '--format=%i %n' \(files)", .ends(1, "No such file or directory"))
        try await MemberLinks(runner, cluster: "0123abcd").removeAll()
        #expect(runner.commands.last { $0.program == "ip" }?.input == "link delete \(own)\n")
    }

    /// As iproute2 6.1 prints them, of a machine with a bridge too.
    @Test func tunnelsAndTheirPeersAreRead() async throws {
        runner.on(
            "ip -json -details link show type vxlan",
            .prints(
                #"[{},{},{"ifname":"un-mesh","flags":["UP"],"master":"un","mtu":1400,"linkinfo":{"info_kind":"vxlan","info_data":{"id":777,"group":"239.0.0.1"}}},{"ifname":"x","flags":["BROADCAST"],"mtu":1450,"linkinfo":{"info_kind":"vxlan","info_data":{"id":5,"local":"10.0.0.1","port":4789}}}]"#
            ))
        runner.on(
            "bridge -json fdb show",
            .prints(
                #"[{"mac":"33:33:00:00:00:01","ifname":"eth0","flags":["self"]},{"mac":"00:00:00:00:00:00","ifname":"x","dst":"10.0.0.2"},{"mac":"00:00:00:00:00:00","ifname":"x","dst":"10.0.0.3"},{"mac":"1a:00:00:00:00:00","ifname":"x","dst":"10.0.0.4"}]"#
            ))
        let tunnels = try await IP(runner).tunnels()
        #expect(
            tunnels == [
                "un-mesh": IP.Tunnel(number: 777, own: nil, packetSize: 1400, bridge: "un", isUp: true),
                "x": IP.Tunnel(number: 5, own: own, packetSize: 1450, bridge: nil, isUp: false),
            ])
        #expect(try await Bridge(runner).peers() == ["x": Set(peers)])
    }

    @Test func whenTheMachineStartsTheInterfacesAreMadeBeforeTheDaemon() {
        let unit = MemberLinks.unit(for: [link()], of: "0123abcd", before: ["a.service", "b.service"])
        #expect(unit.contains("\nBefore=a.service b.service\n"))
        let name = link().name
        #expect(
            unit.contains("\nExecStart=-ip link add \(name) mtu 1450 type vxlan id 777 local 10.0.0.1 dstport 4789\n"))
        for peer in peers {
            #expect(unit.contains("\nExecStart=-bridge fdb append 00:00:00:00:00:00 dev \(name) dst \(peer)\n"))
        }
        #expect(MemberLinks.unit(for: [], of: "0123abcd", before: ["a.service"]).isEmpty)
    }
}
