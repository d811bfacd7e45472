import Testing

@testable import Provisioning

@Suite struct ClusterStepTests {
    private static let members = "lxc query '/1.0/cluster/members?recursion=1'"
    private let inside = ScriptedRunner()

    private func bench(_ members: Int) throws -> Bench {
        try Bench(members: members, provider: StubProvider(inside: ["DEV-00": inside]))
    }

    private func verify(_ members: Int) throws -> VerifyCluster {
        VerifyCluster(first: try .dev(0), wanted: try (0..<members).map { try .dev($0) })
    }

    @Test func whileThereIsNoLeaderTheClusterIsAskedAgain() async throws {
        let line = "lxc query '/1.0/cluster/members?recursion=1'"
        let inside = ScriptedRunner([line: [.ends(1, "no leader"), Server.members([("DEV-00", "Online")])]])
        let bench = try Bench(provider: StubProvider(inside: ["DEV-00": inside]))
        try await verify(1).run(bench.context)
        inside.on(line, .ends(1, "dial unix /x/unix.socket: connect: connection refused"))
        await #expect(throws: Failure.self, "nobody is there to wait for") { try await verify(1).run(bench.context) }
        #expect(bench.time.elapsed < .seconds(1))
    }

    @Test func onlyAllMembersOnlineIsEnough() async throws {
        let bench = try bench(2)
        inside.on(Self.members, Server.members([("DEV-00", "Online"), ("DEV-01", "Offline")]))
        #expect(try await !verify(2).isDone(bench.context))
        inside.on(Self.members, Server.members([("DEV-00", "Online")]))
        #expect(try await !verify(2).isDone(bench.context))
        inside.on(Self.members, Server.members([("DEV-00", "Online"), ("DEV-01", "Online"), ("OTHER", "Offline")]))
        #expect(try await verify(2).isDone(bench.context))
    }

    @Test func waitsForTheLastAndGivesUpAtTheLimit() async throws {
        let bench = try bench(2)
        let offline = Server.members([("DEV-00", "Online"), ("DEV-01", "Offline")])
        inside.on(Self.members, offline, offline, Server.members([("DEV-00", "Online"), ("DEV-01", "Online")]))
        try await verify(2).run(bench.context)
        #expect(inside.lines.count == 3)
        inside.on(Self.members, offline)
        let step = try verify(2)
        let failure = try await #require(throws: Failure.self) { try await step.run(bench.context) }
        #expect(failure.code == .timedOut && failure.hint?.contains("/m/DEV-00/console.log") == true)
    }

    @Test func whatWasTurnedOnCountsFromItsFirstHeartbeatSince() async throws {
        let bench = try bench(2)
        let online = Server.members([("DEV-00", "Online"), ("DEV-01", "Online")])
        inside.on(Self.members, online)
        #expect(try await verify(2).isDone(bench.context), "nothing was turned on")
        try await bench.context.startAndNote(.dev(1))
        #expect(try await !verify(2).isDone(bench.context))
        // Both are online by what they said 15 s before; then one is heard of, then the other; in between it is unknown.
        inside.on(
            Server.heartbeats, Server.heartbeats([("DEV-00", 15), ("DEV-01", 15)]),
            Server.heartbeats([("DEV-00", -1), ("DEV-01", 16)]), .ends(1, "no leader"),
            Server.heartbeats([("DEV-00", 0), ("DEV-01", -1)]))
        try await verify(2).run(bench.context)
        #expect(inside.lines.filter { $0 == Server.heartbeats }.count == 4)
        inside.on(Server.heartbeats, .ends(1, "Error: no such column: heartbeat"))
        try await verify(2).run(bench.context)
        inside.on(Server.heartbeats, Server.heartbeats([("DEV-00", -1)]))
        let failure = await #expect(throws: Failure.self) { try await verify(2).run(bench.context) }
        #expect(failure?.code == .timedOut)
    }

    @Test func theCertificateComesThroughTheMachine() async throws {
        let bench = try bench(1)
        let step = FetchCertificate(name: try .dev(0))
        inside.on("lxc query /1.0", Server.info(clustered: true, certificate: "PEM\nPEM\n"))
        #expect(try await !step.isDone(bench.context))
        try await step.run(bench.context)
        #expect(
            bench.files.files["\(Bench.folder)/endpoints/DEV-00/lxd/lxd.cert"]
                == InMemoryFiles.Entry(text: "PEM\nPEM\n", mode: 0o600))
        #expect(try await step.isDone(bench.context))
        inside.on("lxc query /1.0", Server.info(clustered: true, certificate: "NEW\n"))
        #expect(try await !step.isDone(bench.context))
    }

    @Test func theBridgeIsPreparedOnEachAndMadeOnce() async throws {
        let bench = try bench(2)
        let network = "lxc query /1.0/networks/lxdbr0"
        let profile = "lxc query /1.0/profiles/default"
        let create = "lxc network create lxdbr0 ipv4.address=10.248.0.1/24 ipv4.nat=true ipv6.address=none"
        let device = "lxc profile device add default eth0 nic name=eth0 network=lxdbr0"
        inside.on(network, .ends(1, "Error: Network not found"))
        inside.on(profile, .prints(#"{"devices":{"root":{"type":"disk"}}}"#))
        inside.on("lxc network create lxdbr0 --target DEV-00", .works)
        inside.on(
            "lxc network create lxdbr0 --target DEV-01", .ends(1, "Error: The network is already defined on member"))
        inside.on(create, .works)
        inside.on(device, .works)
        let step = CreateBridge(first: try .dev(0))
        #expect(try await !step.isDone(bench.context))
        try await step.run(bench.context)
        #expect(Array(inside.changes.suffix(2)) == [create, device] && inside.changes.count == 4)
        inside.on(network, .prints(#"{"status":"Created"}"#))
        #expect(try await !step.isDone(bench.context), "the profile has no card yet")
        inside.on(profile, .prints(#"{"devices":{"eth0":{"type":"nic"}}}"#))
        #expect(try await step.isDone(bench.context))
    }
}

@Suite struct BridgeAddressTests {
    @Test func aBridgeInTheMembersOwnNetworkIsRefused() async throws {
        let inside = ScriptedRunner(["lxc query /1.0/networks/lxdbr0": [.ends(1, "Error: Network not found")]])
        let bench = try Bench(
            provider: StubProvider(inside: ["DEV-00": inside]), environment: ["BCM_LXD_BRIDGE_ADDRESS": "10.64.0.1/24"])
        let failure = try await #require(throws: Failure.self) {
            try await CreateBridge(first: try .dev(0)).run(bench.context)
        }
        #expect(failure.exitStatus == 2 && failure.message.contains("DEV-00") && inside.changes.isEmpty)
    }
}

@Suite struct MarkAsGoingTests {
    @Test func theRecordSaysThatTheClusterGoes() async throws {
        let bench = try Bench()
        let step = MarkDeleting()
        #expect(try await !step.isDone(bench.context))
        try await step.run(bench.context)
        #expect(try StateStore.read(bench.context.folder, bench.files)?.isDeleting == true)
        #expect(try await step.isDone(bench.context))
    }
}
