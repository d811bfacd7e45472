import Testing

@testable import Provisioning

/// Making and removing machines, and what they share.
@Suite(.timeLimit(.minutes(5))) struct NamespaceMachineTests {
    private static let claim = "ln --symbolic --no-target-directory 0123abcd /var/lib/bcmcluster/machines/DEV-00.owner"
    private static let folders =
        "install --directory --mode=0711 /var/lib/bcmcluster/machines/DEV-00 /var/lib/bcmcluster/machines/DEV-00/lxd /var/lib/bcmcluster/machines/DEV-00/cgroup"
    private static let start =
        "setsid --fork nsenter --wd=/ --net=/run/netns/bcm-DEV-00 unshare --mount --uts --ipc --pid --fork --kill-child "
        + "/var/lib/bcmcluster/clusters/0123abcd/entrypoint machine DEV-00 /var/lib/bcmcluster/machines/DEV-00"
    private static let remove =
        "rm --recursive --force --one-file-system -- /var/lib/bcmcluster/machines/DEV-00 /var/lib/bcmcluster/machines/DEV-00.owner"
    private static let groups =
        "find /sys/fs/cgroup -regextype posix-extended -regex "
        + "'/sys/fs/cgroup(/[^/]+)?/bcmcluster/(DEV-00[.]0123abcd|DEV-00)(/.*)?' -depth -type d -delete"

    private static let processes =
        "find /sys/fs/cgroup -regextype posix-extended -regex "
        + "'/sys/fs/cgroup(/[^/]+)?/bcmcluster/(DEV-00[.]0123abcd)/(.*/)?cgroup[.]procs' -type f -exec cat '{}' +"

    private static let line =
        "/var/lib/bcmcluster/clusters/0123abcd/entrypoint machine DEV-00 /var/lib/bcmcluster/machines/DEV-00$'"
    private static let ofRoot = "--ns 1 --nslist pid -u 0 -U 0 -f"
    private static let waiting = "pgrep \(ofRoot) '^unshare .* \(line)"
    private static let end = "pkill -KILL -u 0 -U 0 -f '^/bin/sh \(line)"

    private let bench: NamespaceBench
    private var runner: ScriptedRunner { bench.runner }
    private let state: ClusterState
    private let specification: MachineSpecification

    init() throws {
        bench = try NamespaceBench()
        state = try NamespaceBench.state(1)
        specification = MachineSpecification(
            member: try .dev(0), cpus: "1", memory: "1G", disk: "1G", limit: .seconds(9))
        for line in [
            Self.claim, Self.folders, "ip -batch -", "ip -force -batch -", "ip -netns bcm-DEV-00 -batch -", Self.start,
            Self.remove,
            Self.groups,
        ] {
            runner.on(line, .works)
        }
        runner.on("ip -json netns list", .prints(""))
        runner.on("ip -json link", .prints("[]"))
        runner.on(Self.processes, .prints(""))
        runner.on(Self.waiting, .ends(1))
        runner.on(Self.end, .works)
    }

    private func letTheDaemonAnswer() {
        runner.on(NamespaceBench.holder, NamespaceBench.running())
        runner.on(NamespaceBench.inodes, .prints("42 /run/netns/bcm-DEV-00\n42 /proc/77/ns/net\n"))
        runner.on("\(NamespaceBench.portForward) lxc query /1.0", .ends(1, "no socket"), Server.info())
    }

    /// As many daemons start at a time as there are processors.
    @Test func aMachineIsThereWhenItsDaemonAnswers() async throws {
        letTheDaemonAnswer()
        try await bench.provider.create(specification, of: state)
        #expect(runner.lines.filter { $0.hasSuffix("lxc query /1.0") }.count == 2)
    }

    @Test func aMachineThatIsStoppedKeepsItsFolder() async throws {
        letTheDaemonAnswer()
        let portForward = NamespaceBench.portForward
        let daemon = "\(Self.ofRoot) '^lxd --group'"
        runner.on("\(portForward) pkill -TERM \(daemon)", .works)
        runner.on("\(portForward) pgrep \(daemon)", .prints("29\n"), .ends(1))
        runner.on("ip -json netns list", .prints(#"[{"name":"bcm-DEV-00"}]"#))
        runner.on("ip netns pids bcm-DEV-00", .prints(""))
        try await bench.provider.stop(try .dev(0), of: state, limit: .seconds(60))
        #expect(
            runner.changes == ["\(portForward) pkill -TERM \(daemon)", Self.groups, "ip -force -batch -"])
        #expect(!runner.lines.contains(Self.remove))
    }

    @Test func aMachineIsClaimedBuiltAndStarted() async throws {
        letTheDaemonAnswer()
        try await bench.provider.create(specification, of: state)
        #expect(
            runner.changes == [Self.claim, Self.folders, "ip -batch -", "ip -netns bcm-DEV-00 -batch -", Self.start])
        let batches = runner.commands.compactMap(\.input)
        #expect(
            batches[0].contains("netns add bcm-DEV-00\n")
                && batches[0].contains("type veth peer name eth0 netns bcm-DEV-00\n"))
        #expect(batches[0].contains("master bcm0123abcd up\n"))
        #expect(
            batches[1].contains("addr add 10.64.0.10/22 dev eth0\n")
                && batches[1].contains("route add default via 10.64.0.1\n"))
        let cable = NamespaceLayout(state).cable(MemberName(state.name, MemberName.mostFurther))
        #expect(cable.utf8.count <= 15, "what an interface's name may have")
    }

    @Test func aNameThatAnotherTookIsLeftAlone() async throws {
        runner.on(Self.claim, .ends(1, "File exists"))
        runner.on(NamespaceBench.owners, .prints("DEV-00.owner ffffffff\n"))
        let failure = try await #require(throws: Failure.self) {
            try await bench.provider.create(specification, of: state)
        }
        #expect(failure.code == .conflict && runner.changes == [Self.claim])
    }

    /// A former run may have ended half-way: its namespace and cable would be in the way.
    @Test func whatAHalfMadeMachineLeftIsClearedFirst() async throws {
        letTheDaemonAnswer()
        runner.on(Self.claim, .ends(1, "File exists"))
        runner.on(NamespaceBench.owners, .prints("DEV-00.owner 0123abcd\n"))
        runner.on("ip -json link", .prints(#"[{"ifname":"v0123abcd.0"}]"#))
        try await bench.provider.create(specification, of: state)
        #expect(runner.last("ip -force -batch -")?.input == "link delete v0123abcd.0\n")
        #expect(runner.changes.last == Self.start)
    }

    /// Somebody has removed the folder and the note, and not what runs.
    @Test func whatBearsANewMachinesNameIsClearedFirst() async throws {
        letTheDaemonAnswer()
        runner.on("ip -json netns list", .prints(#"[{"name":"bcm-DEV-00"}]"#))
        runner.on("ip netns pids bcm-DEV-00", .prints(""))
        runner.on("ip -batch -", .ends(1, "Cannot create namespace file: File exists"), .works)
        try await bench.provider.create(specification, of: state)
        #expect(runner.last("ip -force -batch -")?.input == "netns delete bcm-DEV-00\n")
        #expect(runner.changes.last == Self.start)
    }

    @Test func removalEndsTheFirstProcessAndWaitsForTheOthers() async throws {
        runner.on(NamespaceBench.owners, .prints("DEV-00.owner 0123abcd\n"))
        runner.on("ip -json netns list", .prints(#"[{"name":"bcm-DEV-00"},{"name":"bcm-DEV-001"}]"#))
        // What is being killed has left the namespace, and then the control group; who waits for the first has not.
        runner.on("ip netns pids bcm-DEV-00", .prints("11\n12\n13\n"), .prints("11\n"), .prints(""))
        runner.on(Self.processes, .prints("12\n13\n14\n13\n"), .prints("14\n"), .prints(""))
        runner.on(Self.waiting, .prints("11\n"), .prints("11\n"), .prints("11\n"), .ends(1))
        runner.on(Self.groups, .ends(1, "busy"), .works)
        try await bench.provider.remove(try .dev(0), of: state)
        #expect(
            runner.changes == [
                Self.end, Self.end, Self.end, Self.groups, Self.groups, "ip -force -batch -", Self.remove,
            ])
        #expect(runner.last("ip -force -batch -")?.input == "netns delete bcm-DEV-00\n")
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

    @Test func inAMachineThatRunsTheDaemonIsStarted() async throws {
        runner.on(NamespaceBench.holder, NamespaceBench.running())
        runner.on(NamespaceBench.inodes, .prints("42 /run/netns/bcm-DEV-00\n42 /proc/77/ns/net\n"))
        let daemon =
            "\(NamespaceBench.portForward) /var/lib/bcmcluster/clusters/0123abcd/entrypoint daemon DEV-00 /var/lib/bcmcluster/machines/DEV-00"
        runner.on(daemon, .works)
        try await bench.provider.start(try .dev(0), of: state, limit: .seconds(9))
        #expect(runner.changes == [daemon])
    }

    @Test func oneThatIsOffStartsAtTheSameAddress() async throws {
        try await bench.provider.start(try .dev(0), of: state, limit: .seconds(9))
        #expect(
            runner.changes == [Self.groups, Self.folders, "ip -batch -", "ip -netns bcm-DEV-00 -batch -", Self.start])
        #expect(
            runner.last("ip -netns bcm-DEV-00 -batch -")?.input?.contains("addr add 10.64.0.10/22 dev eth0\n") == true)
    }

    @Test func whatTheMachinesShareIsAskedOfTheWorld() async throws {
        runner.on(NamespaceBench.subnets, .prints("10.64.0.0_22 0123abcd\n"))
        runner.on("ip -json link", .prints(#"[{"ifname":"bcm0123abcd"}]"#))
        #expect(try await bench.provider.isPrepared(state))
        runner.on("ip -json link", .prints(#"[{"ifname":"lo"}]"#))
        #expect(try await !bench.provider.isPrepared(state), "the bridge is gone")
        runner.on("ip -json link", .prints(#"[{"ifname":"bcm0123abcd"}]"#))
        runner.on(NamespaceBench.subnets, .prints("10.64.0.0_22 ffffffff\n"))
        #expect(try await !bench.provider.isPrepared(state), "the subnet is another's")
        runner.on("sysctl -n net/ipv4/ip_forward", .prints("1\n"))
        runner.on("nft list table ip bcm0123abcd", .works, .ends(1, "no"))
        #expect(try await bench.provider.isRouted(state))
        #expect(try await !bench.provider.isRouted(state), "the table is gone")
    }

    @Test func preparingClaimsTheSubnet() async throws {
        let subnetNote = "ln --symbolic --no-target-directory 0123abcd /var/lib/bcmcluster/subnets/10.64.0.0_22"
        let shared = "/var/lib/bcmcluster/clusters/0123abcd"
        for line in [
            "install --directory --mode=0711 /var/lib/bcmcluster /var/lib/bcmcluster/machines /var/lib/bcmcluster/subnets \(shared)",
            subnetNote,
            "install --mode=0755 /dev/stdin \(shared)/entrypoint",
            "install --mode=0644 /dev/stdin \(shared)/resolv.conf",
        ] { runner.on(line, .works) }
        try await bench.provider.prepare(state)
        #expect(runner.last("install --mode=0644 /dev/stdin \(shared)/resolv.conf")?.input == "nameserver 10.0.0.2\n")
        #expect(
            runner.last("ip -batch -")?.input?.hasPrefix(
                "link add bcm0123abcd type bridge\naddr replace 10.64.0.1/22 dev bcm0123abcd\n") == true)
        runner.on(subnetNote, .ends(1, "File exists"))
        runner.on(NamespaceBench.subnets, .prints("10.64.0.0_22 ffffffff\n"))
        let failure = try await #require(throws: Failure.self) { try await bench.provider.prepare(state) }
        #expect(failure.code == .taken && failure.message.contains("10.64.0.0/22"))
    }

    @Test func theNameServersOfAnotherHostAreItsOwn() async throws {
        let bench = try NamespaceBench(on: HostName("h1"))
        let resolver = "install --mode=0644 /dev/stdin /var/lib/bcmcluster/clusters/0123abcd/resolv.conf"
        let shared = "/var/lib/bcmcluster/clusters/0123abcd"
        for line in [
            "install --directory --mode=0711 /var/lib/bcmcluster /var/lib/bcmcluster/machines /var/lib/bcmcluster/subnets \(shared)",
            "ln --symbolic --no-target-directory 0123abcd /var/lib/bcmcluster/subnets/10.64.0.0_22",
            "install --mode=0755 /dev/stdin \(shared)/entrypoint", resolver, "ip -batch -",
        ] { bench.runner.on(line, .works) }
        bench.runner.on("ip -json link", .prints("[]"))
        bench.runner.on("cat -- /etc/resolv.conf", .prints("nameserver 127.0.0.53\n"))
        bench.runner.on("cat -- /run/systemd/resolve/resolv.conf", .prints("nameserver 192.0.2.53\n"))
        try await bench.provider.prepare(state)
        #expect(bench.runner.last(resolver)?.input == "nameserver 192.0.2.53\n")
    }

    /// Forwarding that is on everywhere is the host's own affair, and stays so.
    @Test func routingHidesTheSubnet() async throws {
        runner.on("nft -f -", .works)
        runner.on("sysctl -n net/ipv4/ip_forward", .prints("1\n"))
        try await bench.provider.route(state)
        #expect(runner.changes == ["nft -f -"])
        #expect(
            runner.last("nft -f -")?.input?.contains("ip saddr 10.64.0.0/22 ip daddr != 10.64.0.0/22 masquerade")
                == true)
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
        runner.on("sysctl -q -w net/ipv4/conf/bcm0123abcd/forwarding=1", .works)
        try await bench.provider.route(state)
        #expect(
            runner.changes
                == ["sysctl -q -w net/ipv4/conf/bcm0123abcd/forwarding=1"] + Self.noting + ["nft -f -"])
    }

    @Test func whatIsNotForwardedIsNotRouted() async throws {
        letTheHostForwardNothing()
        let bridge = "sysctl -n net/ipv4/conf/bcm0123abcd/forwarding"
        runner.on("nft list table ip bcm0123abcd", .works)
        runner.on(bridge, .ends(255, "sysctl: cannot stat /proc/sys/net/ipv4/conf/bcm0123abcd/forwarding"))
        #expect(try await !bench.provider.isRouted(state), "the bridge is gone")
        runner.on(bridge, .prints("1\n"))
        #expect(try await !bench.provider.isRouted(state), "another cluster has just turned it off")
        runner.on("sysctl -n net/ipv4/conf/eth0/forwarding", .prints("1\n"))
        #expect(try await bench.provider.isRouted(state))
    }

    /// What the host is asked and told when its last cluster goes.
    private func release(_ note: String, claims: ScriptedRunner.Answer...) async throws -> [String] {
        runner.on(NamespaceBench.subnets, claims)
        runner.on(
            "find /var/lib/bcmcluster/forwarding -mindepth 1 -maxdepth 1 -type l -printf '%P %l\\n'",
            .prints("eth0 \(note)\n"))
        runner.on("ip -json link", .prints(#"[{"ifname":"lo"},{"ifname":"eth0"}]"#))
        let host = NamespaceHost(root: runner, engine: .lxd, name: .local, entrypoint: "") { "" }
        try await host.closeTheWayOut(after: state)
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
