import Testing

@testable import Provisioning

@Suite struct FleetProviderTests {
    private let state: ClusterState
    private let one: StubProvider
    private let other: StubProvider
    private let fleet: FleetProvider

    init() throws {
        state = try Bench.state(4, over: 2)
        one = StubProvider(machines: [try .dev(0): Machine(state: .running), try .dev(2): Machine(state: .stopped)])
        other = StubProvider(machines: [try .dev(1): Machine(state: .running)])
        fleet = FleetProvider(state, [(try HostName("h0"), one), (try HostName("h1"), other)])
    }

    @Test func aFailureSaysOnWhichHostItWas() async throws {
        other.failing.withLock { $0 = try? .dev(1) }
        let failure = try await #require(throws: Failure.self) {
            try await fleet.take(SnapshotName("s"), of: .dev(1), in: state, limit: .seconds(1))
        }
        #expect(failure.message == "no room for DEV-01 on h1")
    }

    @Test func theTightestHostDecidesOnRoom() async throws {
        one.room.withLock { $0 = CopyRoom(needed: 10, free: 20, isShared: false, place: "/") }
        other.room.withLock { $0 = CopyRoom(needed: 10, free: 15, isShared: false, place: "/") }
        let room = try await fleet.room(for: SnapshotName("s"), of: state, limit: .seconds(1))
        #expect(room.free == 15 && room.place == "/ on h1")
    }

    @Test func aHostThatWasGivenUpHasNothingAndTakesNothing() async throws {
        let absent = AbsentHost(try HostName("h1"), try ProviderRegistry.standard.traits(of: .namespace))
        let fleet = FleetProvider(state, [(try HostName("h0"), one), (try HostName("h1"), absent)])
        #expect(try await fleet.machines(of: state).keys.sorted() == [.dev(0), .dev(2)])
        try await fleet.remove(.dev(1), of: state)
        let failure = try await #require(throws: Failure.self) {
            try await fleet.start(.dev(1), of: state, limit: .seconds(1))
        }
        #expect(failure.exitStatus == 5 && failure.hint?.contains("host add h1") ?? false)
    }
}

/// Hosts of the namespace provider that have to agree, and one that is unreachable.
@Suite struct FleetOfNamespacesTests {
    private let state: ClusterState
    private let here: NamespaceBench
    private let there: NamespaceBench
    private let fleet: FleetProvider

    init() throws {
        state = try Bench.state(2, over: 2)
        here = try NamespaceBench(on: HostName("h0"))
        there = try NamespaceBench(on: HostName("h1"))
        fleet = FleetProvider(state, [(try HostName("h0"), here.provider), (try HostName("h1"), there.provider)])
        for bench in [here, there] { bench.runner.on("ss -Hltn", .works) }
    }

    @Test func membersOfAHostThatIsOutOfReachAreSaidToBeSo() async throws {
        here.runner.on(NamespaceBench.machines, .prints("DEV-00.owner 0123abcd\n"))
        there.runner.on(NamespaceBench.machines, .failure(Failure(.unreachable, "no way there")))
        let machines = try await fleet.machines(of: state)
        #expect(machines[try .dev(0)]?.state == .stopped)
        #expect(machines[try .dev(1)] == Machine(state: .unreachable, address: IPv4("10.64.0.11")))
    }

    @Test func theSubnetIsFreeOnAllHostsAndThePortToo() async throws {
        var fresh = state
        (fresh.subnet, fresh.port) = (nil, nil)
        here.runner.on(NamespaceBench.routes, .prints(#"[{"dst":"10.65.0.0/24"}]"#))
        there.runner.on(NamespaceBench.routes, .prints(#"[{"dst":"10.64.2.0/24"}]"#))
        let wish = 20_000 + 0xabcd % 10_000
        there.runner.on("ss -Hltn", .prints("LISTEN 0 1 0.0.0.0:\(wish) 0.0.0.0:*\n"))
        let assigned = try await fleet.assign(fresh, newMembers: fresh.members.map(\.name))
        #expect(assigned.subnet == Subnet("10.66.0.0/22"))
        #expect(assigned.port == wish + 1)
        #expect(assigned.members.map(\.address) == [IPv4("10.66.0.10"), IPv4("10.66.0.11")])
    }

    /// A host that comes later may use the cluster's subnet for something else: the members that there are stay.
    @Test func aClusterWithMachinesDoesNotMoveToAnotherSubnet() async throws {
        here.runner.on(NamespaceBench.subnets, .prints("10.64.0.0_22 0123abcd\n"))
        there.runner.on(NamespaceBench.routes, .prints(#"[{"dst":"10.64.2.0/24"}]"#))
        #expect(
            try await fleet.assign(state, newMembers: [.dev(1)]).subnet == Subnet("10.65.0.0/22"), "nothing is made")
        here.runner.on(NamespaceBench.machines, .prints("DEV-00.owner 0123abcd\n"))
        let failure = try await #require(throws: Failure.self) {
            try await fleet.assign(state, newMembers: [.dev(1)])
        }
        #expect(failure.code == .conflict)
        #expect(failure.message == "the subnet 10.64.0.0/22 of DEV is in use on h1")
        there.runner.on(NamespaceBench.routes, .prints("[]"))
        there.runner.on("ss -Hltn", .prints("LISTEN 0 1 0.0.0.0:20001 0.0.0.0:*\n"))
        let other = try await #require(throws: Failure.self) { try await fleet.assign(state, newMembers: [.dev(1)]) }
        #expect(other.message == "the port 20001 of DEV is in use on h1")
    }

    @Test func eachHostHasItsOwnPlaceInTheNetwork() throws {
        let overlays = try ["h0", "h1"].map { try #require(NamespaceOverlay(state, on: HostName($0))) }
        #expect(overlays.map(\.own) == [IPv4("192.0.2.1"), IPv4("192.0.2.2")])
        #expect(overlays[0].peers == [IPv4("192.0.2.2")] && overlays.allSatisfy { $0.network == 0x012_3ab })
        let subnet = try #require(state.subnet)
        #expect(overlays.map { NamespaceLayout.gateway(subnet, $0) } == [IPv4("10.64.0.1"), IPv4("10.64.0.2")])
        #expect(NamespaceOverlay(try Bench.state(1), on: .local) == nil)
    }
}
