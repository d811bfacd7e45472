import Testing

@testable import Provisioning

/// Making and removing machines, and what they share.
@Suite(.endsHangs) struct NamespaceMachineTests {
    private static let claim = "ln --symbolic --no-target-directory 0123abcd /var/lib/bcmcluster/machines/DEV-00.owner"
    private static let groups =
        "find /sys/fs/cgroup -regextype posix-extended -regex "
        + "'/sys/fs/cgroup(/[^/]+)?/bcmcluster/(DEV-00[.]0123abcd|DEV-00)(/.*)?' -depth -type d -delete"

    private static let processes =
        "find /sys/fs/cgroup -regextype posix-extended -regex "
        + "'/sys/fs/cgroup(/[^/]+)?/bcmcluster/(DEV-00[.]0123abcd)/(.*/)?cgroup[.]procs' -type f -exec cat '{}' +"

    private static let remove =
        "rm --recursive --force --one-file-system -- /var/lib/bcmcluster/machines/DEV-00 /var/lib/bcmcluster/machines/DEV-00.owner"
    private static let waiting =
        "pgrep -u 0 -U 0 -f '^unshare .* /var/lib/bcmcluster/clusters/0123abcd/entrypoint machine "
        + "DEV-00 /var/lib/bcmcluster/machines/DEV-00( |$)'"

    private let bench: NamespaceBench
    private var runner: ScriptedRunner { bench.runner }
    private let state: ClusterState
    private let specification: MachineSpecification

    init() throws {
        bench = try NamespaceBench()
        state = try NamespaceBench.state(1)
        specification = MachineSpecification(
            member: try .dev(0), cpus: "1", memory: "1G", disk: "1G", limit: .seconds(9))
        for line in ["ip -batch -", "ip -force -batch -", Self.remove, Self.groups] { runner.on(line, .works) }
        runner.on("ip -json netns list", .prints(""))
        runner.on("ip -json link", .prints("[]"))
        runner.on(Self.processes, .prints(""))
        runner.on(Self.waiting, .ends(1))
    }

    @Test func aNameThatAnotherTookIsLeftAlone() async throws {
        runner.on(Self.claim, .ends(1, "File exists"))
        runner.on(NamespaceBench.owners, .prints("DEV-00.owner ffffffff\n"))
        let failure = try await #require(throws: Failure.self) {
            try await bench.provider.create(specification, of: state)
        }
        #expect(failure.code == .conflict && runner.changes == [Self.claim])
    }

    /// A shell that somebody has opened in the network namespace.
    @Test func whatOutlivesTheFirstProcessIsEndedByNumber() async throws {
        runner.on(NamespaceBench.owners, .prints("DEV-00.owner 0123abcd\n"))
        runner.on("ip -json netns list", .prints(#"[{"name":"bcm-DEV-00"}]"#))
        let looks = [ScriptedRunner.Answer](repeating: .prints("12\n"), count: 120)
        runner.on("ip netns pids bcm-DEV-00", looks + [.prints("")])
        runner.on("kill -KILL 12", .works)
        try await bench.provider.remove(try .dev(0), of: state)
        #expect(runner.changes.first == "kill -KILL 12")
        let kill = try #require(runner.lines.firstIndex(of: "kill -KILL 12"))
        #expect(runner.lines[..<kill].filter { $0 == "ip netns pids bcm-DEV-00" }.count > 100, "it had a second")
    }

    @Test func somebodyElsesIsNotRemoved() async throws {
        runner.on(NamespaceBench.owners, .prints("DEV-00.owner ffffffff\n"))
        try await bench.provider.remove(try .dev(0), of: state)
        #expect(runner.changes.isEmpty)
    }

    @Test func preparingClaimsTheSubnet() async throws {
        let subnetNote = "ln --symbolic --no-target-directory 0123abcd /var/lib/bcmcluster/subnets/10.64.0.0_22"
        let shared = "/var/lib/bcmcluster/clusters/0123abcd"
        for line in [
            "install --directory --mode=0711 /var/lib/bcmcluster /var/lib/bcmcluster/machines /var/lib/bcmcluster/subnets /var/lib/bcmcluster/limits \(shared)",
            subnetNote,
            "install --mode=0755 /dev/stdin \(shared)/entrypoint",
            "install --mode=0644 /dev/stdin \(shared)/resolv.conf",
        ] { runner.on(line, .works) }
        // A machine that runs has lost the bridge that its cable was on.
        runner.on("ip -json address show", .prints(#"[{"ifname":"v0123abcd.0","flags":["UP"]},{"ifname":"v1.0"}]"#))
        try await bench.provider.prepare(state)
        #expect(
            runner.last("ip -batch -")?.input?.hasSuffix(
                "link set bcm0123abcd up\nlink set v0123abcd.0 master bcm0123abcd up\n") == true)
        #expect(runner.last("install --mode=0644 /dev/stdin \(shared)/resolv.conf")?.input == "nameserver 10.0.0.2\n")
        #expect(
            runner.last("ip -batch -")?.input?.hasPrefix(
                "link add bcm0123abcd type bridge\naddr replace 10.64.0.1/22 dev bcm0123abcd\n") == true)
        runner.on(subnetNote, .ends(1, "File exists"))
        runner.on(NamespaceBench.subnets, .prints("10.64.0.0_22 ffffffff\n"))
        let failure = try await #require(throws: Failure.self) { try await bench.provider.prepare(state) }
        #expect(failure.code == .taken && failure.message.contains("10.64.0.0/22"))
    }

    private static let note = "/var/lib/bcmcluster/forwarding/eth0"
    private static let noting = [
        "install --directory --mode=0711 /var/lib/bcmcluster/forwarding",
        "rm --recursive --force --one-file-system -- \(note)", "ln --symbolic --no-target-directory b00t \(note)",
        "sysctl -q -w net/ipv4/conf/eth0/forwarding=1",
    ]

    /// A host that forwards nothing but what is asked for, of that boot.
    private func letTheHostForwardNothing(boot: String = "b00t") {
        for line in Self.noting + ["nft -f -", "sysctl -q -w net/ipv4/conf/eth0/forwarding=0"] {
            runner.on(line, .works)
        }
        runner.on("sysctl -n net/ipv4/ip_forward", .prints("0\n"))
        runner.on("sysctl -n net/ipv4/conf/eth0/forwarding", .prints("0\n"))
        runner.on("ip -json -4 route show default", .prints(#"[{"dev":"eth0"}]"#))
        runner.on("sysctl -n kernel/random/boot_id", .prints("\(boot)\n"))
    }

    /// Elsewhere it is started for the bridge and the uplink, and a note says which of them was off before.
    @Test func routingForwardsNoMoreThanItMust() async throws {
        letTheHostForwardNothing()
        runner.on("sysctl -n net/ipv4/conf/bcm0123abcd/forwarding", .prints("0\n"))
        runner.on("sysctl -q -w net/ipv4/conf/bcm0123abcd/forwarding=1", .works)
        try await bench.provider.route(state)
        #expect(
            runner.changes
                == ["sysctl -q -w net/ipv4/conf/bcm0123abcd/forwarding=1"] + Self.noting + ["nft -f -"])
    }

    @Test func whatIsNotForwardedIsNotRouted() async throws {
        letTheHostForwardNothing()
        let bridge = "sysctl -n net/ipv4/conf/bcm0123abcd/forwarding"
        let subnet = try #require(state.subnet)
        runner.on("nft list table ip bcm0123abcd", .prints(NetworkTable(name: "bcm0123abcd", subnet: subnet).text))
        runner.on(bridge, .ends(255, "sysctl: cannot stat /proc/sys/net/ipv4/conf/bcm0123abcd/forwarding"))
        #expect(try await !bench.provider.isRouted(state), "the bridge is gone")
        runner.on(bridge, .prints("1\n"))
        #expect(try await !bench.provider.isRouted(state), "another cluster has just turned it off")
        runner.on("sysctl -n net/ipv4/conf/eth0/forwarding", .prints("1\n"))
        #expect(try await bench.provider.isRouted(state))
    }

    /// Lets the host have a bridge and a cable: whether the bridge is on and has its address, and where the cable is.
    private func letTheHostHave(_ bridge: (isUp: Bool, address: String)?, cable: String?) throws {
        runner.on(NamespaceBench.subnets, .prints("10.64.0.0_22 0123abcd\n"))
        let bridges = bridge.map {
            [
                #"{"ifname":"bcm0123abcd","flags":["\#($0.isUp ? "UP" : "BROADCAST")"],"addr_info":[{"local":"\#($0.address)"}]}"#
            ]
        }
        let cables = cable.map { [#"{"ifname":"v0123abcd.0","flags":["UP"],"master":"\#($0)","addr_info":[]}"#] }
        let links = ((bridges ?? []) + (cables ?? [])).joined(separator: ",")
        runner.on("ip -json address show", .prints("[\(links)]"))
        let subnet = try #require(state.subnet)
        runner.on("nft list table ip bcm0123abcd", .prints(NetworkTable(name: "bcm0123abcd", subnet: subnet).text))
        runner.on("sysctl -n net/ipv4/conf/bcm0123abcd/forwarding", .prints(bridge == nil ? "" : "1\n"))
        runner.on("ip -json -4 route show default", .prints("[]"))
    }

    /// What is missing is named once: a bridge that is gone forwards nothing, and no cable is on it.
    @Test func whatOfTheNetworkIsMissingIsNamed() async throws {
        func faults() async throws -> [NetworkFault.Kind] {
            try await bench.provider.networkFaults(of: state).map(\.kind)
        }
        let bridge = NetworkFault.Kind.bridge("bcm0123abcd")
        try letTheHostHave((true, "10.64.0.1"), cable: "bcm0123abcd")
        #expect(try await faults() == [])
        try letTheHostHave((true, "10.64.0.1"), cable: nil)
        #expect(try await faults() == [], "a machine that is off has no cable")
        try letTheHostHave((true, "10.64.0.1"), cable: "other")
        #expect(try await faults() == [.cables([try .dev(0)])])
        try letTheHostHave(nil, cable: "")
        #expect(try await faults() == [bridge])
        try letTheHostHave((false, "10.64.0.1"), cable: "bcm0123abcd")
        #expect(try await faults() == [bridge])
        try letTheHostHave((true, "10.64.0.9"), cable: "bcm0123abcd")
        #expect(try await faults() == [bridge])
        try letTheHostHave((true, "10.64.0.1"), cable: "bcm0123abcd")
        runner.on("nft list table ip bcm0123abcd", .ends(1, "Error: No such file or directory"))
        runner.on("sysctl -n net/ipv4/conf/bcm0123abcd/forwarding", .prints("0\n"))
        #expect(try await faults() == [.rules("bcm0123abcd", chains: []), .forwarding(["bcm0123abcd"])])
        runner.on("nft list table ip bcm0123abcd", .ends(1, "Operation not permitted (you must be root)"))
        await #expect(throws: Failure.self, "without the right to look nothing is known") { try await faults() }
    }

    /// What the host is asked and told when its last cluster goes.
    private func release(_ note: String, claims: ScriptedRunner.Answer...) async throws -> [String] {
        runner.on(NamespaceBench.subnets, claims)
        runner.on(
            "find /var/lib/bcmcluster/forwarding -mindepth 1 -maxdepth 1 -type l -printf '%P %l\\n'",
            .prints("eth0 \(note)\n"))
        runner.on("ip -json link", .prints(#"[{"ifname":"lo"},{"ifname":"eth0"}]"#))
        let host = NamespaceHost(root: runner, engine: .lxd, name: .local, entrypoint: "") { "" }
        try await host.removeOutgoingTrafficRules(after: state)
        return runner.changes
    }

    @Test func theLastClusterPutsForwardingBack() async throws {
        letTheHostForwardNothing()
        #expect(
            try await release("b00t", claims: .works) == [
                "sysctl -q -w net/ipv4/conf/eth0/forwarding=0",
                "rm --recursive --force --one-file-system -- \(Self.note)",
            ])
    }

    /// The host was booted since, and what is on now was started by its owner; 0.1.0 noted no boot.
    @Test(arguments: ["0ther", "0123abcd"]) func forwardingOfAnotherBootStays(_ note: String) async throws {
        letTheHostForwardNothing()
        #expect(
            try await release(note, claims: .works) == [
                "rm --recursive --force --one-file-system -- \(Self.note)"
            ])
    }

    /// It has found forwarding on, a moment before it was stopped.
    @Test func aClusterThatComesUpMeanwhileKeepsItsWayOut() async throws {
        letTheHostForwardNothing()
        #expect(
            try await release("b00t", claims: .prints("10.68.0.0_22 ffffffff\n")) == [
                "sysctl -q -w net/ipv4/conf/eth0/forwarding=0",
                "rm --recursive --force --one-file-system -- \(Self.note)",
            ] + Self.noting)
    }
}
