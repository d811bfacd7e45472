import Testing

@testable import Provisioning

/// How a network of units gets from one member to the next, as keys.
@Suite struct NetworkTransportTests {
    /// VXLAN takes 50 bytes of each packet; the engine chooses 1400 by itself, and takes no more with tunnels.
    @Test(arguments: [(1500, nil), (1450, nil), (1449, "1399"), (1400, "1350"), (9000, nil)] as [(Int, String?)])
    func packetsFitIntoThoseOfTheMembers(_ size: Int, _ inside: String?) {
        let keys = NetworkTransport.multicast(packetSize: size).keys(number: 777)
        #expect(keys["bridge.mtu"] == inside)
        #expect(keys["tunnel.mesh.protocol"] == "vxlan" && keys["tunnel.mesh.id"] == "777")
        let links = NetworkTransport.links(cluster: "0123abcd", packetSize: size).keys(number: 777)
        #expect(links["bridge.mtu"] == "\(size - 50)")
        let encrypted = NetworkTransport.links(cluster: "0123abcd", packetSize: size, isEncrypted: true)
        #expect(encrypted.keys(number: 777)["bridge.mtu"] == "\(size - 110)")
    }

    @Test func withInterfacesOfOurOwnTheEngineMakesNone() {
        let links = NetworkTransport.links(cluster: "0123abcd", packetSize: 1500)
        let keys = links.keys(number: 0x010309)
        #expect(keys["bridge.hwaddr"] == "02:16:3e:01:03:09", "the same on all members")
        #expect(keys["tunnel.mesh.id"] == nil && keys["user.bcm.vxlan"] == "\(0x010309)")
        #expect(links.memberKeys(number: 0x010309) == ["bridge.external_interfaces": "u0123abcd010309"])
        #expect(NetworkTransport.multicast(packetSize: 1500).memberKeys(number: 5) == [:])
    }

    /// A network keeps the way that it was made with.
    @Test func theWayOfANetworkIsReadFromIt() {
        func network(_ config: [String: String]) -> ListedNetwork {
            ListedNetwork(name: "web", managed: true, type: "bridge", config: config)
        }
        for transport in [
            NetworkTransport.links(cluster: "0123abcd", packetSize: 1500), .multicast(packetSize: 1450),
            .multicast(packetSize: 1420), .links(cluster: "0123abcd", packetSize: 1500, isEncrypted: true),
        ] {
            #expect(network(transport.keys(number: 777)).transport(of: "0123abcd") == transport)
        }
        #expect(network([:]).transport(of: "0123abcd") == nil)
        let linked = network(NetworkTransport.links(cluster: "0123abcd", packetSize: 1500).keys(number: 777))
        let (own, peer) = (IPv4(bits: 0x0A00_0001), IPv4(bits: 0x0A00_0002))
        let link = linked.link(in: "0123abcd", at: own, peers: [peer])
        #expect(link?.name == "u0123abcd000309" && link?.bridge == "web" && link?.packetSize == 1450)
        #expect(network(["tunnel.mesh.id": "777"]).link(in: "0123abcd", at: own, peers: [peer]) == nil)
    }

    @Test func aNetworkKeepsItsWayInLaterRuns() throws {
        var workloads = Workloads.dev(2)
        workloads.transport = .links(cluster: "0123abcd", packetSize: 1500)
        var there = try workloads.with(.web(count: 2))
        let config = there.networks.first { $0.name == "web" }?.config
        #expect(config?["user.bcm.vxlan"] != nil && config?["tunnel.mesh.id"] == nil)
        // A member with smaller packets has come since.
        there.transport = .links(cluster: "0123abcd", packetSize: 1400)
        let again = try UnitDiff(.web(count: 2), there, image: "tiny", isVM: false).networkChanges([])
        #expect(again.map(\.sign) == [.keep])
    }

    @Test func whatIsThereIsNotEncryptedLater() throws {
        let secret = try Unit.web(count: 2) { $0.networks = [.init(name: "web", isEncrypted: true)] }
        var workloads = Workloads.dev(2)
        workloads.encryptedTransport = .links(cluster: "0123abcd", packetSize: 1500, isEncrypted: true)
        let there = try workloads.with(secret)
        #expect(there.networks.first { $0.name == "web" }?.isEncrypted == true)
        let plain = try workloads.with(.web(count: 2))
        let failure = try #require(throws: Failure.self) {
            try UnitDiff(secret, plain, image: "tiny", isVM: false)
        }
        #expect(failure.code == .conflict && failure.message.contains("web already exists and is not encrypted"))
        // On one host there is nothing to encrypt.
        workloads.encryptedTransport = .multicast(packetSize: 1500)
        var alone = plain
        alone.encryptedTransport = workloads.encryptedTransport
        #expect(try UnitDiff(secret, alone, image: "tiny", isVM: false).networkChanges([]).map(\.sign) == [.keep])
    }

    @Test func whereMembersShareAnEthernet() throws {
        var state = ClusterState(
            name: try ClusterName("DEV"), identifier: "0123abcd", created: 0,
            settings: ClusterSettings(provider: .namespace, storage: .dir))
        #expect(SharedEthernet.always.covers(state) && SharedEthernet.onOneHost.covers(state))
        #expect(!SharedEthernet.never.covers(state))
        state.spread = [
            ClusterState.HostAddress(host: try HostName("h0"), address: IPv4(bits: 0x0A00_0001), number: 0)
        ]
        #expect(SharedEthernet.always.covers(state) && !SharedEthernet.onOneHost.covers(state))
    }
}
