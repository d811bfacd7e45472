import Testing

@testable import Provisioning

/// A scripted host for the namespace provider.
struct NamespaceBench {
    static let machines = "find /var/lib/bcmcluster/machines -mindepth 1 -maxdepth 2 -type l -printf '%P %l\\n'"
    static let owners = "find /var/lib/bcmcluster/machines -mindepth 1 -maxdepth 1 -type l -printf '%P %l\\n'"
    static let subnets = "find /var/lib/bcmcluster/subnets -mindepth 1 -maxdepth 1 -type l -printf '%P %l\\n'"
    static let notes = "find /var/lib/bcmcluster -mindepth 1 -maxdepth 2 -type l -printf '%P %l\\n'"
    static let limits = "sysctl --ignore \(KernelLimit.allCases.map(\.rawValue).sorted().joined(separator: " "))"
    static let holder =
        "find /var/lib/bcmcluster/machines/DEV-00.owner /var/lib/bcmcluster/machines/DEV-00/holder "
        + "-maxdepth 0 -type l -printf '%p %l\\n'"

    /// What its notes say of the machine DEV-00 that runs.
    static func running(_ owner: String = "0123abcd") -> ScriptedRunner.Answer {
        let folder = "/var/lib/bcmcluster/machines"
        return .prints("\(folder)/DEV-00.owner \(owner)\n\(folder)/DEV-00/holder 77\n")
    }
    static let inodes = "stat --dereference '--format=%i %n' /run/netns/bcm-DEV-00 /proc/77/ns/net"
    static let ruleset = "nft --json --terse list ruleset"
    static let routes = "ip -json -4 route show table all"
    static let portForward =
        "nsenter --target 77 --mount --uts --ipc --net --pid -- env LXD_CONF=/var/lib/bcmcluster/machines/DEV-00/client LXD_DIR=/var/lib/bcmcluster/machines/DEV-00/lxd"

    let runner = ScriptedRunner([
        machines: [.works], owners: [.works], subnets: [.works], holder: [.works], routes: [.prints("[]")],
        notes: [.prints("limits/0123abcd 1/1\n")], limits: [.works],
        ruleset: [.prints(#"{"nftables":[]}"#)], "iptables-nft-save": [.works], "iptables-legacy-save": [.works],
    ])
    let time = VirtualTime()
    let provider: NamespaceProvider

    init(
        _ files: InMemoryFiles = InMemoryFiles(["/etc/resolv.conf": "nameserver 10.0.0.2\n"]),
        on host: HostName = .local
    ) throws {
        provider = try NamespaceProvider(
            root: runner, engine: .lxd, templates: TemplateLibrary(runtime: "/r", files: files), files: files,
            time: time, host: host, cluster: "0123abcd")
    }

    /// DEV as `assign` leaves it.
    static func state(_ members: Int, network: String? = nil) throws -> ClusterState {
        var state = try Bench.state(members, ClusterSettings(provider: .namespace, storage: .dir, network: network))
        state.subnet = Subnet("10.64.0.0/22")
        for index in state.members.indices { state.members[index].address = IPv4("10.64.0.\(10 + index)") }
        return state
    }
}

@Suite(.endsHangs) struct NamespaceProviderTests {
    private let bench: NamespaceBench
    private var runner: ScriptedRunner { bench.runner }
    private var provider: NamespaceProvider { bench.provider }

    init() throws { bench = try NamespaceBench() }

    #if os(Linux)
        @Test func allThatIsMissingIsNamedAtOnce() async throws {
            let programs = ["lxd", "lxc", "ip", "nft", "dnsmasq", "nsenter", "find", "sysctl"]
            let which = Which.question(programs).pasteable
            runner.on(which, .prints(programs.map { "-rwxr-xr-x /usr/sbin/\($0)\n" }.joined()))
            try await provider.check()
            let some = programs.filter { !["lxd", "nft"].contains($0) }.map { "-rwxr-xr-x /usr/sbin/\($0)\n" }
            runner.on(which, .result(CommandResult(.exited(1), output: some.joined() + "drwxr-xr-x /usr/bin/nft\n")))
            let failure = try await #require(throws: Failure.self) { try await provider.check() }
            #expect(
                failure.exitStatus == 3 && failure.message.hasSuffix("needs lxd, nft")
                    && failure.hint == "apt-get install lxd nftables")
        }
    #endif

    private func assign(_ members: Int, network: String? = nil) async throws -> ClusterState {
        let state = try Bench.state(members, ClusterSettings(provider: .namespace, storage: .dir, network: network))
        return try await provider.assign(state, newMembers: state.members.map(\.name))
    }

    @Test func aFreeSubnetIsChosenAndAddressesGiven() async throws {
        let state = try await assign(2)
        #expect(state.subnet?.description == "10.64.0.0/22")
        #expect(state.members.map { $0.address?.description } == ["10.64.0.10", "10.64.0.11"])
        #expect(runner.changes.isEmpty)
    }

    @Test func whatTheHostUsesOrAnotherClaimedIsNotFree() async throws {
        runner.on(NamespaceBench.routes, .prints(#"[{"dst":"default"},{"dst":"10.64.1.7"},{"dst":"10.66.0.0/16"}]"#))
        runner.on(NamespaceBench.subnets, .prints("10.65.0.0_22 ffffffff\n"))
        #expect(try await assign(1).subnet?.description == "10.67.0.0/22")
    }

    @Test func aSubnetThatWasAskedForIsTaken() async throws {
        #expect(try await assign(1, network: "10.77.0.0/24").subnet?.description == "10.77.0.0/24")
        runner.on(NamespaceBench.subnets, .prints("10.77.0.0_22 ffffffff\n"))
        let failure = try await #require(throws: Failure.self) { try await assign(1, network: "10.77.0.0/24") }
        #expect(failure.code == .conflict)
    }

    /// The bridge would take the host's, or its router's, address.
    @Test(arguments: [
        #"{"dst":"10.77.0.0/22","dev":"eth0","scope":"link"}"#,
        #"{"type":"local","dst":"10.77.0.200","dev":"eth0","scope":"host"}"#, #"{"dst":"10.0.0.0/8","dev":"vpn0"}"#,
    ])
    func aSubnetThatTheHostUsesIsRefused(_ route: String) async throws {
        runner.on(NamespaceBench.routes, .prints("[\(route)]"))
        let failure = try await #require(throws: Failure.self) { try await assign(1, network: "10.77.0.0/24") }
        #expect(
            failure.code == .conflict && failure.message.contains("on this host")
                || failure.message.contains("this host uses"))
        // The same from a state whose subnet nobody has claimed yet.
        var state = try Bench.state(1)
        state.subnet = Subnet("10.77.0.0/24")
        await #expect(throws: Failure.self) { try await provider.assign(state, newMembers: []) }
        #expect(runner.changes.isEmpty)
    }

    @Test func theClustersOwnBridgeIsNotInItsWay() async throws {
        runner.on(NamespaceBench.routes, .prints(#"[{"dst":"10.64.0.0/22","dev":"bcm0123abcd","scope":"link"}]"#))
        let state = try NamespaceBench.state(1)
        #expect(try await provider.assign(state, newMembers: []).subnet == state.subnet)
    }

    /// As after a reboot in another place; or as a dry run finds it, which claims nothing: it then chooses again, and names
    /// the commands of its second choice alone.
    @Test(arguments: [("0123abcd", Failure.Code.conflict), ("ffffffff", .taken)])
    func nothingIsMadeWhereTheHostHasGotItsAddresses(_ owner: String, _ code: Failure.Code) async throws {
        runner.on(NamespaceBench.subnets, .prints("10.64.0.0_22 \(owner)\n"))
        runner.on(
            NamespaceBench.routes, .prints(#"[{"dst":"10.64.0.0/16","dev":"wlan0","scope":"link"},{"dst":"default"}]"#))
        runner.on("ip -json address show", .prints("[]"))
        let state = try NamespaceBench.state(1)
        for line in Self.preparation { runner.on(line, .works) }
        let failure = try await #require(throws: Failure.self) { try await provider.prepare(state) }
        #expect(failure.code == code && failure.message.contains("wlan0"))
        #expect(runner.changes == [])
    }

    private static let preparation = [
        "install --directory --mode=0711 /var/lib/bcmcluster /var/lib/bcmcluster/machines /var/lib/bcmcluster/subnets /var/lib/bcmcluster/limits /var/lib/bcmcluster/clusters/0123abcd",
        "ln --symbolic --no-target-directory 0123abcd /var/lib/bcmcluster/subnets/10.64.0.0_22",
        "install --mode=0755 /dev/stdin /var/lib/bcmcluster/clusters/0123abcd/entrypoint",
        "install --mode=0644 /dev/stdin /var/lib/bcmcluster/clusters/0123abcd/resolv.conf",
    ]

    @Test func aStateWithAnothersIdentifierRemovesNothing() async throws {
        let state = try NamespaceBench.state(1)
        runner.on(NamespaceBench.machines, .prints("OTHER-00.owner 0123abcd\n"))
        let exchanged = try await #require(throws: Failure.self) { try await provider.checkOwnership(of: state) }
        #expect(exchanged.code == .conflict && exchanged.message.contains("OTHER-00"))
        await #expect(throws: Failure.self) { try await provider.release(state) }
        runner.on(NamespaceBench.machines, .prints("DEV-00.owner ffffffff\n"))
        let foreign = try await #require(throws: Failure.self) { try await provider.checkOwnership(of: state) }
        #expect(foreign.code == .conflict && foreign.message.contains("DEV-00"))
        runner.on(NamespaceBench.machines, .prints("DEV-00.owner 0123abcd\nOTHER-00.owner ffffffff\n"))
        try await provider.checkOwnership(of: state)
        #expect(runner.changes.isEmpty)
    }

    @Test(arguments: [
        "en0", "10.77.0.1/24", "10.77.0.0/25", "10.0.0.0/8", "0.0.0.0/0", "0.0.0.0/16", "127.0.0.0/24", "224.0.0.0/16",
    ])
    func anotherSubnetIsRefused(_ network: String) async throws {
        let failure = try await #require(throws: Failure.self) { try await assign(1, network: network) }
        #expect(failure.exitStatus == 2)
    }

    @Test func aSubnetMustHaveRoom() async throws {
        // 256 addresses, the last for broadcasts; the first member is at 10.
        #expect(try await assign(245, network: "10.77.0.0/24").members.last?.address?.description == "10.77.0.254")
        let failure = try await #require(throws: Failure.self) { try await assign(246, network: "10.77.0.0/24") }
        #expect(failure.exitStatus == 2)
    }

    @Test func aNameThatAnotherClusterHasIsRefused() async throws {
        runner.on(NamespaceBench.machines, .prints("DEV-01.owner ffffffff\n"))
        let failure = try await #require(throws: Failure.self) { try await assign(2) }
        #expect(failure.code == .conflict && failure.message.contains("DEV-01"))
    }

    @Test func ownAndRunningMachinesAreFound() async throws {
        runner.on(
            NamespaceBench.machines,
            .prints(
                "DEV-00.owner 0123abcd\nDEV-00/holder 77\nDEV-01.owner 0123abcd\nDEV-02.owner ffffffff\nOTHER-00.owner 0123abcd\n"
            ))
        runner.on(NamespaceBench.inodes, .prints("42 /run/netns/bcm-DEV-00\n42 /proc/77/ns/net\n"))
        let machines = try await provider.machines(of: try NamespaceBench.state(3))
        #expect(
            machines == [
                try .dev(0): Machine(state: .running, address: IPv4("10.64.0.10")),
                try .dev(1): Machine(state: .stopped, address: IPv4("10.64.0.11")),
            ])
        // Process numbers are used again: one in another namespace is not the machine's.
        runner.on(NamespaceBench.inodes, .prints("42 /run/netns/bcm-DEV-00\n43 /proc/77/ns/net\n"))
        #expect(try await provider.machines(of: try NamespaceBench.state(1)).values.map(\.state) == [.stopped])
    }

    /// A state that is older than the machine of its name must not reach into it.
    @Test func aMachineOfAnotherClusterIsNotEntered() async throws {
        runner.on(NamespaceBench.holder, NamespaceBench.running("ffffffff"))
        let state = try NamespaceBench.state(1)
        let member = try MemberName.dev(0)
        for attempt in [
            { _ = try await provider.runner(in: member).run(Command("lxc", ["list"])) },
            { try await provider.start(member, of: state, limit: .seconds(9)) },
            { try await provider.stop(member, of: state, limit: .seconds(9)) },
            { try await provider.stopDaemon(of: member, in: state) },
            { try await provider.restartDaemon(of: member, in: state) },
            { try await provider.settle(member, of: state, limit: .seconds(9)) },
        ] {
            let failure = try await #require(throws: Failure.self) { try await attempt() }
            #expect(failure.code == .taken && failure.message == "the machine DEV-00 belongs to another cluster")
        }
        #expect(runner.changes.isEmpty)
    }

    @Test func nothingIsPreparedForMachinesOfAnotherCluster() async throws {
        runner.on(NamespaceBench.machines, .prints("DEV-00.owner ffffffff\n"))
        let state = try NamespaceBench.state(1)
        let failure = try await #require(throws: Failure.self) { try await provider.prepare(state) }
        #expect(failure.code == .conflict && runner.changes.isEmpty)
    }

    @Test func settlingGivesUpAndNamesTheLog() async throws {
        runner.on(NamespaceBench.holder, NamespaceBench.running())
        runner.on(NamespaceBench.inodes, .prints("42 /run/netns/bcm-DEV-00\n42 /proc/77/ns/net\n"))
        runner.on("\(NamespaceBench.portForward) lxc query /1.0", .ends(1, "no socket"))
        let failure = try await #require(throws: Failure.self) {
            try await provider.settle(try .dev(0), of: try NamespaceBench.state(1), limit: .seconds(5))
        }
        #expect(failure.code == .timedOut && failure.hint == "read /var/lib/bcmcluster/machines/DEV-00/console.log")
    }

    @Test(
        arguments: [
            ("nameserver 10.0.0.2\nsearch x\n", nil, "nameserver 10.0.0.2\nsearch x\n"),
            ("nameserver 127.0.0.53\noptions edns0\n", "nameserver 9.9.9.9\n", "nameserver 9.9.9.9\n"),
            ("nameserver ::1\nnameserver 10.0.0.2\n", nil, "nameserver 10.0.0.2\n"),
        ] as [(String, String?, String)])
    func theHostsLoopbackIsNoNameServerInAMachine(_ own: String, _ real: String?, _ result: String) async throws {
        let files = InMemoryFiles(["/etc/resolv.conf": own])
        if let real { files.put(real, at: "/run/systemd/resolve/resolv.conf") }
        #expect(try await Resolver.configuration { try files.read($0) } == result)
    }
}

@Suite struct NamespaceLogTests {
    /// They are on the host, so that those of a machine that is off can be read too.
    @Test func theLogsAreReadOnTheHost() async throws {
        let bench = try NamespaceBench()
        let member = try MemberName.dev(0)
        let logs = bench.provider.logs(of: member)
        #expect(
            logs == [
                MachineLog(name: "lxd", path: "/var/lib/bcmcluster/machines/DEV-00/lxd.log", topic: .daemon),
                MachineLog(name: "console", path: "/var/lib/bcmcluster/machines/DEV-00/console.log", topic: .machine),
            ])
        bench.runner.on("tail -n 2 /var/lib/bcmcluster/machines/DEV-00/lxd.log", .prints("end\n"))
        #expect(try await LogFile(bench.provider.logRunner(for: member), logs[0].path).end(.lines(2)) == "end\n")
    }
}
