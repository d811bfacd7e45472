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

    /// It comes back when its user wants that; a hint carries the remote, or works without one.
    @Test func whoIsEvacuatedIsNamedAndNotWaitedFor() async throws {
        let bench = try bench(2)
        inside.on(Self.members, Server.members([("DEV-00", "Online"), ("DEV-01", "Evacuated")]))
        let client = ClusterClient(engine: .lxd, remote: "DEV-00", inside: "bcmcluster exec -c DEV DEV-00 --")
        try await ClusterClient.$current.withValue(client) { try await verify(2).run(bench.context) }
        #expect(
            bench.context.remarks.all == [
                "DEV-01 is evacuated; to bring it back: lxc cluster restore DEV-00:DEV-01"
            ])
        var without = client
        without.remote = nil
        let hint = ClusterClient.$current.withValue(without) {
            Finding.notOnline(try! .dev(1), state: "evacuated").hint(for: try! ClusterName("DEV"))
        }
        #expect(hint == "bcmcluster exec -c DEV DEV-00 -- lxc cluster restore DEV-01")
        inside.on(Self.members, Server.members([("DEV-00", "Online"), ("DEV-01", "Evacuated"), ("DEV-02", "Offline")]))
        #expect(try await !verify(3).isDone(try self.bench(3).context))
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

    @Test func limitsThatAMachineCannotHaveDoNotStopItsStart() async throws {
        let provider = StubProvider(machines: [try .dev(0): Machine(state: .stopped)], resizes: true)
        let bench = try Bench(provider: provider)
        try await StartMachine(name: try .dev(0)).run(bench.context)
        #expect(provider.log == ["start DEV-00"])
        #expect(
            bench.context.remarks.all == [
                "the limits of DEV-00 are unchanged: DEV-00 uses 6G of memory, more than 4G"
            ])
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
