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

    @Test func theUplinkIsBehindTheDefaultRoute() async throws {
        let line = "ip -json -4 route show default"
        runner.on(line, .prints(#"[{"dst":"default","gateway":"10.0.0.1","dev":"eth0"}]"#))
        #expect(try await ip.uplink() == "eth0")
        runner.on(line, .prints("[]"))
        #expect(try await ip.uplink() == nil)
    }

    @Test func namesOfInterfacesNamespacesAndProcesses() async throws {
        runner.on("ip -json link", .prints(#"[{"ifindex":1,"ifname":"lo"},{"ifname":"eth0"}]"#))
        #expect(try await ip.interfaces() == ["lo", "eth0"])
        runner.on("ip -json netns list", .prints(#"[{"name":"bcm-DEV-00","id":0}]"#), .prints("\n"))
        #expect(try await ip.namespaces() == ["bcm-DEV-00"])
        #expect(try await ip.namespaces() == [], "iproute2 prints nothing where there are none")
        runner.on("ip netns pids bcm-DEV-00", .prints("12\n345\n"))
        #expect(try await ip.processes(in: "bcm-DEV-00") == ["12", "345"])
    }

    @Test func whatHasGoneByItselfIsNoTrouble() async throws {
        let line = "ip -force -batch -"
        runner.on(
            line, .ends(1, "Cannot find device \"v1\"\nCommand failed -:1\n"), .ends(1, "Operation not permitted\n"))
        try await ip.delete(["link delete v1"])
        await #expect(throws: Failure.self) { try await ip.delete(["link delete v1"]) }
    }

    @Test func aBatchGoesThroughStandardInput() async throws {
        runner.on("ip -batch -", .works)
        runner.on("ip -netns n -batch -", .works)
        try await ip.batch(["link add b type bridge", "link set b up"])
        try await ip.batch(["link set lo up"], in: "n")
        #expect(runner.commands.map(\.input) == ["link add b type bridge\nlink set b up\n", "link set lo up\n"])
        #expect(runner.changes.count == 2)
    }
}

@Suite struct KernelSettingsTests {
    private let runner = ScriptedRunner()
    private var kernel: KernelSettings { KernelSettings(runner) }

    @Test func forwarding() async throws {
        runner.on("sysctl -n net/ipv4/ip_forward", .prints("0\n"))
        runner.on("sysctl -n net/ipv4/conf/eth0.7/forwarding", .prints("1\n"))
        runner.on("sysctl -q -w net/ipv4/conf/eth0.7/forwarding=0", .works)
        #expect(try await !kernel.forwardsEverywhere())
        #expect(try await kernel.forwards("eth0.7"))
        try await kernel.setForwarding("eth0.7", false)
        #expect(runner.changes == ["sysctl -q -w net/ipv4/conf/eth0.7/forwarding=0"])
    }

    @Test func aTableOfItsOwn() async throws {
        runner.on("nft list table ip bcm1", .ends(1, "No such file"), .works)
        #expect(try await !kernel.hasTable("bcm1"))
        #expect(try await kernel.hasTable("bcm1"))
        runner.on("nft -f -", .works)
        let subnet = try #require(Subnet("10.64.0.0/22"))
        try await kernel.write(NetworkTable(name: "bcm1", subnet: subnet))
        try await kernel.removeTable("bcm1")
        let rules = runner.commands.compactMap(\.input)
        #expect(rules[0].contains("ip saddr 10.64.0.0/22 ip daddr != 10.64.0.0/22 masquerade"))
        #expect(rules[0].hasPrefix("table ip bcm1\ndelete table ip bcm1\ntable ip bcm1 {"), "made anew, in one go")
        #expect(!rules[0].contains("vxlan") && !rules[0].contains("dnat") && !rules[0].contains("hook input"))
        #expect(rules[1] == "table ip bcm1\ndelete table ip bcm1\n", "none there is fine")
    }

    @Test func aClusterOverHostsTakesPacketsFromItsHostsAlone() async throws {
        let address = try #require(IPv4("192.0.2.1"))
        let portForward = NetworkTable.PortForward(
            address: address, port: 20_001, member: try #require(IPv4("10.64.0.10")), memberPort: 8443)
        let tunnel = NetworkTable.Tunnel(port: 4789, network: 0xABCDEF, peers: [try #require(IPv4("192.0.2.2"))])
        let subnet = try #require(Subnet("10.64.0.0/22"))
        let table = NetworkTable(name: "bcm1", subnet: subnet, tunnel: tunnel, portForward: portForward)
        #expect(table.text.contains("udp dport 4789 @th,96,24 \(0xABCDEF) ip saddr != { 192.0.2.2 } drop"))
        #expect(table.text.contains("ip daddr 192.0.2.1 tcp dport 20001 dnat to 10.64.0.10:8443"))
        // As nftables prints it.
        let listing = """
            table ip bcm1 {
            \tudp dport 4789 @th,96,24 0xabcdef ip saddr != 192.0.2.2 drop
            \t\(portForward.rule)
            }
            """
        let others = ["10.64.0.10": "10.64.0.11", "!= 192.0.2.2": "!= { 192.0.2.2, 192.0.2.3 }", "@th,96,24": "th"]
        runner.on("nft list table ip bcm1", .prints(listing), .ends(1, "No such file"))
        #expect(try await kernel.holds(table))
        #expect(try await !kernel.holds(table))
        for (part, other) in others {
            runner.on("nft list table ip bcm1", .prints(listing.replacing(part, with: other)))
            #expect(try await !kernel.holds(table), "\(other) is made anew")
        }
        var closed = table
        closed.portForward = nil
        #expect(!closed.isShown(in: listing), "a portForward that is left leads to nobody")
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

    @Test func aNoteIsLeftOnce() async throws {
        let line = "ln --symbolic --no-target-directory mine /f/note"
        runner.on(
            line, .works, .ends(1, "ln: failed to create symbolic link '/f/note': File exists"),
            .ends(1, "Read-only file system"))
        #expect(try await files.leaveNote("/f/note", saying: "mine"))
        #expect(try await !files.leaveNote("/f/note", saying: "mine"))
        await #expect(throws: Failure.self) { try await files.leaveNote("/f/note", saying: "mine") }
    }

    @Test func inodesOfWhatIsThere() async throws {
        runner.on(
            "stat --dereference '--format=%i %n' /a /b",
            .result(CommandResult(.exited(1), output: "42 /a\n", errors: "no /b")))
        #expect(try await files.inodes(of: ["/a", "/b"]) == ["/a": "42"])
        #expect(try await files.inodes(of: []) == [:])
    }

    @Test func whatChangesFilesStaysOnOneFileSystem() async throws {
        for line in [
            "rm --recursive --force --one-file-system -- /a /b", "install --directory --mode=0711 /a",
            "install --mode=0644 /dev/stdin /f",
            "rmdir --ignore-fail-on-non-empty -- /a",
        ] { runner.on(line, .works) }
        try await files.remove(["/a", "/b"])
        try await files.makeFolders(["/a"], mode: "0711")
        try await files.write("text", to: "/f", mode: "0644")
        try await files.removeEmptyFolders(["/a"])
        #expect(runner.changes.count == 4 && runner.commands[2].input == "text")
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

    @Test func aProgramOutlivesTheCommandThatStartsIt() async throws {
        let line =
            "setsid --fork nsenter --wd=/ --net=/run/netns/n unshare --mount --uts --ipc --pid --fork --kill-child /e machine DEV-00"
        runner.on(line, .works)
        try await Namespaces(runner).start(["/e", "machine", "DEV-00"], network: "n", touches: [])
        #expect(runner.commands.first?.output == .discarded, "it would hold the pipes")
    }

    @Test func whoIsGoneAlreadyIsFine() async throws {
        runner.on("kill -KILL 1 2", .ends(1, "kill: (2): No such process"), .ends(1, "Operation not permitted"))
        try await Namespaces(runner).kill(["1", "2"])
        await #expect(throws: Failure.self) { try await Namespaces(runner).kill(["1", "2"]) }
        try await Namespaces(runner).kill([])
        #expect(runner.lines.count == 2)
    }

    @Test func controlGroupsOfThatMachineAlone() async throws {
        let line =
            "find /sys/fs/cgroup -regextype posix-extended -regex '/sys/fs/cgroup(/[^/]+)?/bcmcluster/(DEV-00[.]0a|DEV-00)(/.*)?'"
            + " -depth -type d -delete"
        runner.on(line, .ends(1, "busy"), .works)
        #expect(try await !ControlGroups(runner).remove(["DEV-00.0a", "DEV-00"]))
        #expect(try await ControlGroups(runner).remove(["DEV-00.0a", "DEV-00"]))
    }
}
