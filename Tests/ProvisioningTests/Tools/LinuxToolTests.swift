import Testing

@testable import Provisioning

@Suite struct IPTests {
    private let runner = ScriptedRunner()
    private var ip: IP { IP(runner) }

    @Test func routesBecomeSubnets() async throws {
        runner.on(
            "ip -json -4 route show table all",
            .prints(
                #"[{"dst":"default","dev":"eth0"},{"dst":"10.64.0.0/22","dev":"b"},{"type":"local","dst":"192.168.1.7","scope":"host"},{"dev":"x"}]"#
            ))
        #expect(
            try await ip.routes() == [
                IP.Route(subnet: Subnet(IPv4(bits: 0x0A40_0000), prefix: 22), device: "b", isDirect: false),
                IP.Route(subnet: Subnet(IPv4(bits: 0xC0A8_0107), prefix: 32), device: "none", isDirect: true),
            ])
    }
}

@Suite struct KernelSettingsTests {
    private let runner = ScriptedRunner()
    private var kernel: KernelSettings { KernelSettings(runner) }

    @Test func aClusterOverHostsTakesPacketsFromItsHostsAlone() async throws {
        let address = try #require(IPv4("192.0.2.1"))
        let portForward = NetworkTable.PortForward(
            address: address, port: 20_001, member: try #require(IPv4("10.64.0.10")), memberPort: 8443)
        let tunnel = NetworkTable.Tunnel(port: 4789, network: 0xABCDEF, peers: [try #require(IPv4("192.0.2.2"))])
        let subnet = try #require(Subnet("10.64.0.0/22"))
        let table = NetworkTable(name: "bcm1", subnet: subnet, tunnel: tunnel, portForward: portForward)
        #expect(table.text.contains("udp dport 4789 @th,96,24 \(0xABCDEF) ip saddr != { 192.0.2.2 } drop"))
        #expect(table.text.contains("ip daddr 192.0.2.1 tcp dport 20001 dnat to 10.64.0.10:8443"))
        // As nftables 1.0.6 prints it.
        let listing = """
            table ip bcm1 {
            \tchain postrouting {
            \t\ttype nat hook postrouting priority srcnat; policy accept;
            \t\tip saddr 10.64.0.0/22 ip daddr != { 10.64.0.0/22, 224.0.0.0/4 } masquerade
            \t}

            \tchain multicast {
            \t\ttype filter hook prerouting priority raw; policy accept;
            \t\tip saddr 10.64.0.0/22 ip daddr 224.0.0.0/4 notrack
            \t}

            \tchain input {
            \t\ttype filter hook input priority filter; policy accept;
            \t\tudp dport 4789 @th,96,24 0xabcdef ip saddr != 192.0.2.2 drop
            \t}

            \tchain prerouting {
            \t\ttype nat hook prerouting priority dstnat; policy accept;
            \t\t\(portForward.rule)
            \t}
            }
            """
        let line = "nft list table ip bcm1"
        runner.on(line, .prints(listing), .ends(1, "Error: No such file or directory\nlist table ip bcm1"))
        #expect(try await kernel.incompleteChains(of: table) == [])
        #expect(try await kernel.incompleteChains(of: table) == nil, "there is none")
        // An older nftables prints priorities as numbers.
        runner.on(line, .prints(listing.replacing("priority srcnat", with: "priority 100")))
        #expect(try await kernel.incompleteChains(of: table) == [])
        let masquerading = "\t\tip saddr 10.64.0.0/22 ip daddr != { 10.64.0.0/22, 224.0.0.0/4 } masquerade\n"
        for (part, other, chains) in [
            ("10.64.0.10", "10.64.0.11", ["prerouting"]), ("!= 192.0.2.2", "!= { 192.0.2.2, 192.0.2.3 }", ["input"]),
            ("@th,96,24", "th", ["input"]), ("chain input", "chain other", ["input", "other"]),
            (masquerading, "", ["postrouting"]),
            // What 1.0.0 wrote hides what machines send to groups.
            ("{ 10.64.0.0/22, 224.0.0.0/4 }", "10.64.0.0/22", ["postrouting"]), (" notrack", "", ["multicast"]),
            ("filter; policy accept", "filter; policy drop", ["input"]),
        ] {
            runner.on(line, .prints(listing.replacing(part, with: other)))
            #expect(try await kernel.incompleteChains(of: table) == chains, "\(other)")
        }
        runner.on(line, .prints("table ip bcm1 {\n}\n"))
        #expect(
            try await kernel.incompleteChains(of: table) == ["input", "multicast", "postrouting", "prerouting"],
            "flushed")
        var closed = table
        closed.portForward = nil
        #expect(closed.differingChains(in: listing) == ["prerouting"], "a portForward that is left leads to nobody")
        let denied = "Operation not permitted (you must be root)\nnetlink: Error: cache initialization failed"
        runner.on(line, .ends(1, denied))
        await #expect(throws: Failure.self, "who may not look knows nothing") {
            try await kernel.incompleteChains(of: table)
        }
    }

    /// Several hosts, in the order of nftables.
    @Test func theOrderOfAddressesDoesNotMatter() throws {
        let peers = ["10.2.3.9", "10.2.3.4"].compactMap(IPv4.init)
        let table = NetworkTable(
            name: "t", subnet: try #require(Subnet("10.65.0.0/22")),
            tunnel: NetworkTable.Tunnel(port: 4789, network: 0x84F77A, peers: peers))
        let listing = """
            table ip t {
            \tchain postrouting {
            \t\ttype nat hook postrouting priority srcnat; policy accept;
            \t\tip saddr 10.65.0.0/22 ip daddr != { 10.65.0.0/22, 224.0.0.0/4 } masquerade
            \t}

            \tchain multicast {
            \t\ttype filter hook prerouting priority raw; policy accept;
            \t\tip saddr 10.65.0.0/22 ip daddr 224.0.0.0/4 notrack
            \t}

            \tchain input {
            \t\ttype filter hook input priority filter; policy accept;
            \t\tudp dport 4789 @th,96,24 0x84f77a ip saddr != { 10.2.3.4, 10.2.3.9 } drop
            \t}
            }
            """
        #expect(table.differingChains(in: listing) == [])
    }
}

@Suite struct RootFilesTests {
    private let runner = ScriptedRunner()
    private var files: RootFiles { RootFiles(runner) }

    @Test func linksAreReadInOneGo() async throws {
        let line = "find /f -mindepth 1 -maxdepth 2 -type l -printf '%P %l\\n'"
        runner.on(line, .prints("DEV-00.owner 0123abcd\nDEV-00/holder 77\n"))
        #expect(try await files.links(below: "/f", depth: 2) == ["DEV-00.owner": "0123abcd", "DEV-00/holder": "77"])
        runner.on(line, .ends(1, "find: '/f': No such file or directory"))
        #expect(try await files.links(below: "/f", depth: 2) == [:])
        runner.on(line, .ends(1, "find: '/f': Permission denied"))
        await #expect(throws: Failure.self) { try await files.links(below: "/f", depth: 2) }
    }

    /// A user may have mounted a file system there, which copies cheaply.
    @Test func aFolderOnWhichAFileSystemIsMountedStays() async throws {
        let line = "rmdir --ignore-fail-on-non-empty -- /a"
        let gone = "rmdir: failed to remove '/a': No such file or directory"
        let busy = "rmdir: failed to remove '/a': Device or resource busy"
        runner.on(line, .ends(1, busy), .ends(1, gone), .ends(1, "no right"))
        for _ in 0..<2 { try await files.removeEmptyFolders(["/a"]) }
        let failure = try await #require(throws: Failure.self) { try await files.removeEmptyFolders(["/a"]) }
        #expect(failure.code == .commandFailed)
    }
}

@Suite struct NamespacesTests {
    private let runner = ScriptedRunner()

    @Test func whoIsGoneAlreadyIsFine() async throws {
        runner.on("kill -KILL 1 2", .ends(1, "kill: (2): No such process"), .ends(1, "Operation not permitted"))
        try await Namespaces(runner).kill(["1", "2"])
        await #expect(throws: Failure.self) { try await Namespaces(runner).kill(["1", "2"]) }
        try await Namespaces(runner).kill([])
        #expect(runner.lines.count == 2)
    }
}
