import Testing

@testable import Provisioning

/// What comes before what when a cluster is copied and brought back, and what becomes of it when that fails.
@Suite struct SnapshotPlanTests {
    private static let instances = "lxc query '/1.0/instances?recursion=1&all-projects=true'"
    private static let members = "lxc query '/1.0/cluster/members?recursion=1'"

    private let name: SnapshotName
    private let record: ClusterRecord

    init() throws {
        name = try SnapshotName("before")
        record = try Bench.record(2)
    }

    private func status(
        _ states: [Machine.State?] = [.running, .running], isOnline: Bool = true
    ) throws -> ClusterStatus {
        let members = states.enumerated().map { index, state in
            var member = MemberStatus(
                name: "DEV-0\(index)", isRecorded: true, machine: state,
                daemon: state == .running ? .answers : .unasked)
            member.entry = ClusterMember(
                name: member.name, url: "", database: true, status: isOnline ? "Online" : "Offline", message: "",
                roles: [])
            return member
        }
        return ClusterStatus(Sight(record: record, members: members, view: members.compactMap(\.entry)))
    }

    private func expectOrder(_ way: [String], in plan: Plan) throws {
        let names = plan.entries.map(\.step.identifier)
        for (earlier, later) in zip(way, way.dropFirst()) {
            let places = (names.firstIndex(of: earlier), names.firstIndex(of: later))
            let (before, after) = (try #require(places.0, "\(earlier)"), try #require(places.1, "\(later)"))
            #expect(plan.waits(after, for: before), "\(later) waits for \(earlier)")
        }
    }

    @Test func allAreOffBeforeOneIsCopiedAndOnAfterwards() throws {
        let plan = SnapshotPlan.plan(name, of: record, try status(), hasRemnant: true, copies: SnapshotCopies())
        for (one, other) in [("DEV-00", "DEV-01"), ("DEV-01", "DEV-00")] {
            try expectOrder(
                [
                    "check that there is room", "\(one) stop its instances", "\(one) stop the machine",
                    "delete what is left of one", "\(other) take the snapshot",
                    "check that the snapshot is whole, or delete it", "\(one) start the machine",
                    "check that all members are online",
                ], in: plan)
            try expectOrder(["\(one) take the snapshot", "write down the snapshot"], in: plan)
        }
    }

    @Test func aClusterThatIsOffStaysOff() throws {
        let off = SnapshotPlan.plan(
            name, of: record, try status([.stopped, .stopped]), hasRemnant: false, copies: SnapshotCopies())
        let titles = Set(off.entries.map(\.step.title))
        #expect(!titles.contains("start the machine") && !titles.contains("delete what is left of one"))
    }

    @Test func aClusterThatIsNotWellIsNotCopied() throws {
        try SnapshotPlan.check(try status())
        try SnapshotPlan.check(try status([.stopped, .stopped], isOnline: false))
        let absent = #expect(throws: Failure.self) { try SnapshotPlan.check(try status([.running, nil])) }
        #expect(absent?.message.contains("DEV-01") == true && absent?.remedy != nil)
        let offline = #expect(throws: Failure.self) { try SnapshotPlan.check(try status(isOnline: false)) }
        #expect(offline?.message == "DEV-00, DEV-01 are not online")
    }

    /// Runs the plan of a snapshot, in which one member's copy may fail.
    private func run(failing: Int?) async throws -> (PlanOutcome, StubProvider, Bench) {
        let inside = ScriptedRunner([
            Self.instances: [.prints("[]")], "lxc query /1.0": [Server.info(clustered: true)],
            Self.members: [Server.members([("DEV-00", "Online"), ("DEV-01", "Online")])],
        ])
        let machines = Dictionary(uniqueKeysWithValues: record.members.map { ($0.name, Machine(state: .running)) })
        let provider = StubProvider(inside: ["DEV-00": inside, "DEV-01": inside], machines: machines)
        let member = try failing.map { try MemberName.dev($0) }
        provider.failing.withLock { $0 = member }
        let bench = try Bench(members: 2, provider: provider)
        let plan = SnapshotPlan.plan(name, of: record, try status(), hasRemnant: false, copies: SnapshotCopies())
        let outcome = await PlanRunner(plan, bench.context, observer: EventLog(), machinesAtOnce: 2).run()
        return (outcome, provider, bench)
    }

    @Test func whereACopyFailsTheClusterIsStartedAllTheSameAndTheOtherGoes() async throws {
        let (outcome, provider, bench) = try await run(failing: 1)
        #expect(outcome.failures.map(\.failure.message) == ["no room for DEV-01"])
        let log = provider.log
        let dropped = try #require(log.firstIndex(of: "delete before"))
        for member in ["DEV-00", "DEV-01"] {
            #expect(try #require(log.firstIndex(of: "start \(member)")) > dropped, "\(log)")
            #expect(log.contains("settle \(member)"))
        }
        #expect(try SavedCluster.names(in: bench.context.folder, bench.files) == [])
        #expect(outcome.blocked.count == 1, "what would have been written down")
    }

    @Test func whereAllIsWellItIsWrittenDown() async throws {
        let (outcome, provider, bench) = try await run(failing: nil)
        #expect(outcome.succeeded && !provider.log.contains("delete before"))
        #expect(provider.log.filter { $0.hasPrefix("start") }.count == 2)
        #expect(try SavedCluster.names(in: bench.context.folder, bench.files) == [name])
    }
}

@Suite struct RestorePlanTests {
    private let name: SnapshotName

    init() throws { name = try SnapshotName("before") }

    private func saved(_ indices: [Int], remote: String? = "DEV-00") throws -> SavedCluster {
        var record = try Bench.record(4)
        record.members.removeAll { !indices.contains($0.name.index) }
        record.remote = remote.map { ClusterRecord.Remote(name: $0) }
        return SavedCluster(taken: 7, record: record, bytes: nil, isClone: true)
    }

    private func plan(_ saved: SavedCluster, remote: String? = "DEV-00") throws -> Plan {
        var record = try Bench.record(3)
        record.remote = remote.map { ClusterRecord.Remote(name: $0) }
        let status = ClusterStatus(Sight(record: record, members: [], view: nil))
        return RestorePlan.plan(for: record, status, to: name, saved)
    }

    private func titles(_ plan: Plan) -> [String] { plan.entries.map(\.step.identifier) }

    @Test func theMarkStandsFromTheFirstMachineToTheLast() throws {
        let plan = try plan(saved([0, 1, 3]))
        let names = titles(plan)
        func place(_ name: String) throws -> Int { try #require(names.firstIndex(of: name), "\(name)") }
        let mark = try place("write down that the cluster goes back")
        let end = try place("write the record of then")
        for step in ["DEV-00 stop the machine", "DEV-02 stop the machine"] {
            #expect(plan.waits(mark, for: try place(step)))
        }
        for step in [
            "DEV-00 go back to the snapshot", "DEV-01 go back to the snapshot", "DEV-03 go back to the snapshot",
            "DEV-02 remove the machine", "DEV-02 strike it from the record",
        ] {
            let place = try place(step)
            #expect(plan.waits(place, for: mark) && plan.waits(end, for: place), "\(step)")
        }
        for step in ["DEV-03 write .env", "DEV-03 start the machine", "check that all members are online"] {
            #expect(plan.waits(try place(step), for: end), "\(step)")
        }
        #expect(!names.contains("DEV-02 go back to the snapshot") && !names.contains("DEV-02 start the machine"))
        #expect(!names.contains("DEV-00 write .env"), "theirs are there")
    }

    @Test func theRemoteIsPutRight() throws {
        let usual = ["DEV-00 fetch the certificate", "DEV-00 add the lxc remote"]
        #expect(Set(titles(try plan(saved([0])))).isSuperset(of: usual))
        #expect(!titles(try plan(saved([0]))).contains("remove the lxc remote"))
        // The cluster of then does not know the client.
        #expect(titles(try plan(saved([0], remote: nil))).contains("remove the lxc remote"))
        // It is named after a member that has come first since.
        #expect(titles(try plan(saved([0]), remote: "DEV-01")).contains("remove the lxc remote"))
        #expect(!titles(try plan(saved([0], remote: nil), remote: nil)).contains("DEV-00 add the lxc remote"))
    }

    @Test func whatIsIncompleteIsNoWayBack() throws {
        let status = ClusterStatus(Sight(record: try Bench.record(2), members: [], view: nil))
        let all: Set = [try MemberName.dev(0), try .dev(1)]
        try RestorePlan.check(ClusterSnapshot(name: name, saved: try saved([0, 1]), present: all), status)
        for (snapshot, words) in [
            (ClusterSnapshot(name: name, saved: try saved([0, 1, 2]), present: all), "DEV-02 is missing"),
            (ClusterSnapshot(name: name, saved: try saved([0, 1]), present: []), "DEV-00, DEV-01 are missing"),
            (ClusterSnapshot(name: name, saved: nil, present: all), "a run that was cut off has left it"),
        ] {
            let failure = #expect(throws: Failure.self) { try RestorePlan.check(snapshot, status) }
            #expect(failure?.message.hasSuffix("is incomplete: \(words)") == true)
            #expect(failure?.remedy?.hasPrefix("bcmcluster snapshot delete -c DEV before") == true)
        }
        let trash = MemberStatus(name: "DEV-01", isRecorded: true, machine: .deleted, daemon: .unasked)
        let deleted = ClusterStatus(Sight(record: try Bench.record(2), members: [trash], view: nil))
        let snapshot = ClusterSnapshot(name: name, saved: try saved([0, 1]), present: all)
        #expect(throws: Failure.self) { try RestorePlan.check(snapshot, deleted) }
    }

    @Test func deletingStrikesWhatIsGone() {
        #expect(titles(DeleteSnapshotPlan.plan(name)) == ["delete the snapshot", "strike the snapshot"])
    }
}
