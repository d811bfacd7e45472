import Testing

@testable import Provisioning

/// Where new instances go, and why.
@Suite struct InstancePlacementTests {
    typealias NewMember = InstancePlacement.NewMember

    /// A candidate with that many MiB free.
    private func candidate(
        _ index: Int, on host: String = "local", free: Int = 4096, cores: Int = 4, freeCores: Int? = nil,
        instances: Int = 0, own: [String] = [], ports: Set<MemberPort> = [], store: String? = nil
    ) -> PlacementCandidate {
        PlacementCandidate(
            member: "DEV-0\(index)", host: host, store: store ?? "DEV-0\(index)", freeMemory: free << 20, cores: cores,
            freeCores: freeCores ?? cores, instances: instances, own: own, ports: ports)
    }

    private func choices(_ unit: Unit, _ candidates: [PlacementCandidate], _ newMembers: [NewMember]? = nil) throws
        -> [String]
    {
        let all = newMembers ?? (1...unit.count).map { NewMember(name: unit.name.instance($0)) }
        return try InstancePlacement.choices(for: all, of: unit, among: candidates).map {
            "\($0.name) on \($0.member): \($0.reason)"
        }
    }

    private func refusal(_ unit: Unit, _ candidates: [PlacementCandidate], _ newMembers: [NewMember]? = nil) throws
        -> Failure
    {
        try #require(throws: Failure.self) { try choices(unit, candidates, newMembers) }
    }

    private func web(_ count: Int = 1, _ spread: Unit.Spread = .host, _ change: (inout Unit) -> Void = { _ in })
        throws -> Unit
    {
        try .web(count: count) {
            $0.spread = spread
            change(&$0)
        }
    }

    // MARK: What is best

    @Test func mostFreeMemoryWins() throws {
        #expect(
            try choices(web(), [candidate(0), candidate(1, free: 5000), candidate(2)]) == [
                "web-1 on DEV-01: most free memory"
            ])
    }

    @Test func memoryCountsBy64MiB() throws {
        // 4096 and 4159 MiB are in one grain, 4160 is the next.
        #expect(try choices(web(), [candidate(0), candidate(1, free: 4159)]) == ["web-1 on DEV-00: least loaded"])
        #expect(try choices(web(), [candidate(0), candidate(1, free: 4160)]) == ["web-1 on DEV-01: most free memory"])
    }

    @Test func thenCoresThenFewestInstancesThenTheName() throws {
        #expect(
            try choices(web(), [candidate(0, freeCores: 1), candidate(1, freeCores: 2)]) == [
                "web-1 on DEV-01: most free cores"
            ])
        #expect(
            try choices(web(), [candidate(0, instances: 2), candidate(1, instances: 1)]) == [
                "web-1 on DEV-01: fewest instances"
            ])
        #expect(try choices(web(), [candidate(1), candidate(0)]) == ["web-1 on DEV-00: least loaded"])
        let many = (0..<12).map { index in
            PlacementCandidate(
                member: "DEV-\(index)", host: "local", store: "\(index)", freeMemory: 1 << 30, cores: 1, freeCores: 1)
        }
        #expect(
            try choices(web(), many.filter { $0.member != "DEV-0" && $0.member != "DEV-1" }.reversed())[0]
                .hasPrefix("web-1 on DEV-2:"), "before DEV-10")
    }

    // MARK: Spread

    /// The issue's own sentence.
    @Test func aSecondGoesToAnotherHost() throws {
        let candidates = [
            candidate(0, on: "h0", own: ["web-1"]), candidate(1, on: "h1", free: 8192), candidate(2, on: "h2"),
        ]
        #expect(
            try choices(web(), candidates, [NewMember(name: "web-2")])
                == ["web-2 on DEV-01: most free memory, spread from web-1"])
        let workloads = try Workloads.dev(3).with(web())
        let unit = try web(2)
        let diff = try UnitDiff(unit, workloads, image: "tiny", isVM: false)
        let places = try InstancePlacement.choices(for: [NewMember(name: "web-2")], of: unit, among: candidates)
        let change = try #require(try UnitDesign(diff, places, image: nil).changes.last)
        #expect(change.details == "on DEV-01: most free memory, spread from web-1")
        #expect(change.sign == .add && change.object == .instance && change.name == "web-2")
    }

    @Test func hostsAreFilledInTurnsAndOnThemMembers() throws {
        let candidates = [
            candidate(0, on: "h0", free: 9000), candidate(1, on: "h0", free: 8000), candidate(2, on: "h1"),
        ]
        let found = try choices(web(4), candidates)
        #expect(
            found == [
                "web-1 on DEV-00: most free memory", "web-2 on DEV-02: spread from web-1",
                "web-3 on DEV-01: spread from web-1", "web-4 on DEV-02: fewest instances of the unit",
            ])
    }

    @Test func machinesByNamespaceShareTheMemoryOfTheirHost() throws {
        let candidates = [candidate(0, free: 1100, store: "local"), candidate(1, free: 1100, store: "local")]
        #expect(try choices(web(2), candidates).map { $0.prefix(15) } == ["web-1 on DEV-00", "web-2 on DEV-01"])
        #expect(
            try refusal(web(3), candidates).message
                == "web-3 cannot be placed: it needs 512M of memory, and DEV-00 has most, 76M")
        let apart = [candidate(0, free: 1100), candidate(1, free: 1100)]
        #expect(try choices(web(4), apart).count == 4)
    }

    // MARK: What does not fit

    @Test func whatDoesNotFitIsSaidInFull() throws {
        let candidates = [candidate(0, free: 256), candidate(1, free: 300)]
        let memory = try refusal(web(), candidates)
        #expect(memory.code == .conflict && memory.hint?.contains("bcmcluster member add") ?? false)
        #expect(memory.message == "web-1 cannot be placed: it needs 512M of memory, and DEV-01 has most, 300M")
        #expect(
            try refusal(web { $0.cores = 8 }, [candidate(0), candidate(1, cores: 6)]).message
                == "web-1 cannot be placed: it needs 8 cores, and no member has more than 6")
        let overdrawn = [candidate(0, free: -100), candidate(1, free: -200)]
        #expect(try refusal(web(), overdrawn).message.hasSuffix("DEV-00 has most, 0B"))
    }

    @Test func aPortIsThereOncePerMember() throws {
        let unit = try web(2, .none) { $0.ports = [.tcp(8080), .tcp(9090)] }
        let found = try choices(unit, [candidate(0, free: 9000), candidate(1), candidate(2, ports: ["udp 8080"])])
        #expect(found.map { $0.prefix(15) } == ["web-1 on DEV-00", "web-2 on DEV-01"])
        let taken = try refusal(unit, [candidate(0, ports: ["tcp 9090"]), candidate(1, ports: ["tcp 9090", "tcp 1"])])
        #expect(taken.message == "web-1 cannot be placed: on each member that it could go to, port tcp 9090 is taken")
        #expect(taken.hint == "a member can use a port once: lower count, add members, or choose another port")
        let mixed = try refusal(unit, [candidate(0, ports: ["tcp 9090"]), candidate(1, ports: ["tcp 8080"])])
        #expect(mixed.message.hasSuffix("port tcp 8080 and tcp 9090 is taken"))
    }

    // MARK: Volumes

    @Test func whereItsVolumeIsAnInstanceGoes() throws {
        let unit = try web { $0.volumes = [.of("data")] }
        let pinned = NewMember(name: "web-1", pins: ["web_data_1": "DEV-01"])
        #expect(
            try choices(unit, [candidate(0, free: 9000), candidate(1)], [pinned])
                == ["web-1 on DEV-01: its volume web_data_1 is there"])
        let away = try refusal(unit, [candidate(0)], [pinned])
        #expect(away.message == "web-1 cannot be placed: its volume web_data_1 is on DEV-01, which is not online")
        let full = try refusal(unit, [candidate(0), candidate(1, free: 1)], [pinned])
        #expect(full.message == "web-1 cannot be placed: it needs 512M of memory, and DEV-01 has most, 1M")
    }

    @Test func twoVolumesOnTwoMembersAreNoPlace() throws {
        let apart = NewMember(name: "web-1", pins: ["web_a_1": "DEV-00", "web_b_1": "DEV-01"])
        #expect(
            try refusal(web(), [candidate(0), candidate(1)], [apart]).message
                == "web-1 cannot be placed: its volume web_a_1 is on DEV-00, web_b_1 on DEV-01")
        let together = NewMember(name: "web-1", pins: ["web_a_1": "DEV-01", "web_b_1": "DEV-01"])
        #expect(try choices(web(), [candidate(0), candidate(1)], [together])[0].hasPrefix("web-1 on DEV-01"))
    }

    @Test func aSharedVolumeKeepsAllTogether() throws {
        let unit = try web(2) { $0.volumes = [.of("data", shared: true)] }
        #expect(
            try choices(unit, [candidate(0), candidate(1, free: 9000)]) == [
                "web-1 on DEV-01: most free memory", "web-2 on DEV-01: the shared volume is there",
            ])
        #expect(
            try choices(unit, [candidate(1, free: 9000), candidate(0, own: ["web-1"])], [NewMember(name: "web-2")])
                == ["web-2 on DEV-00: the shared volume is there"])
    }
}
