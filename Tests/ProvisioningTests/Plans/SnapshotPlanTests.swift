import Testing

@testable import Provisioning

/// What comes before what when a cluster is copied and brought back, and what becomes of it when that fails.
@Suite struct SnapshotPlanTests {
    private static let instances = "lxc query '/1.0/instances?recursion=1&all-projects=true'"
    private static let members = "lxc query '/1.0/cluster/members?recursion=1'"

    private let name: SnapshotName
    private let state: ClusterState

    init() throws {
        name = try SnapshotName("before")
        state = try Bench.state(2)
    }

    private func status(
        _ states: [Machine.State?] = [.running, .running], isOnline: Bool = true
    ) throws -> ClusterStatus {
        let members = states.enumerated().map { index, state in
            var member = MemberStatus(
                name: "DEV-0\(index)", isInState: true, machine: state,
                daemon: state == .running ? .answers : .notQueried)
            member.entry = ClusterMember(
                name: member.name, url: "", database: true, status: isOnline ? "Online" : "Offline", message: "",
                roles: [])
            return member
        }
        return ClusterStatus(ClusterObservation(state: state, members: members, view: members.compactMap(\.entry)))
    }

    private func expectOrder(_ way: [String], in plan: ClusterPlan) throws {
        let names = plan.entries.map(\.step.identifier)
        for (earlier, later) in zip(way, way.dropFirst()) {
            let places = (names.firstIndex(of: earlier), names.firstIndex(of: later))
            let (before, after) = (try #require(places.0, "\(earlier)"), try #require(places.1, "\(later)"))
            #expect(plan.waits(after, for: before), "\(later) waits for \(earlier)")
        }
    }

    @Test func allAreOffBeforeOneIsCopiedAndOnAfterwards() throws {
        let plan = SnapshotPlan.plan(name, of: state, try status(), hasRemnant: true, copies: SnapshotCopies())
        for (one, other) in [("DEV-00", "DEV-01"), ("DEV-01", "DEV-00")] {
            try expectOrder(
                [
                    "check free disk space", "\(one) stop its instances", "\(one) stop the machine",
                    "delete the incomplete snapshot", "\(other) take the snapshot",
                    "check that the snapshot is complete, or delete it", "\(one) start the machine",
                    "check that all members are online",
                ], in: plan)
            try expectOrder(["\(one) take the snapshot", "save the snapshot"], in: plan)
        }
    }

    @Test func aClusterThatIsOffStaysOff() throws {
        let off = SnapshotPlan.plan(
            name, of: state, try status([.stopped, .stopped]), hasRemnant: false, copies: SnapshotCopies())
        let titles = Set(off.entries.map(\.step.title))
        #expect(!titles.contains("start the machine") && !titles.contains("delete the incomplete snapshot"))
    }

    @Test func aClusterThatIsNotWellIsNotCopied() throws {
        try SnapshotPlan.check(try status())
        try SnapshotPlan.check(try status([.stopped, .stopped], isOnline: false))
        let absent = #expect(throws: Failure.self) { try SnapshotPlan.check(try status([.running, nil])) }
        #expect(absent?.message.contains("DEV-01") == true && absent?.hint != nil)
        let offline = #expect(throws: Failure.self) { try SnapshotPlan.check(try status(isOnline: false)) }
        #expect(offline?.message == "DEV-00, DEV-01 are not online")
    }

    /// Runs the plan of a snapshot, in which one member's copy may fail.
    private func run(failing: Int?) async throws -> (PlanOutcome, StubProvider, Bench) {
        let inside = ScriptedRunner([
            Self.instances: [.prints("[]")], "lxc query /1.0": [Server.info(clustered: true)],
            Self.members: [Server.members([("DEV-00", "Online"), ("DEV-01", "Online")])],
            Server.heartbeats: [Server.heartbeats([("DEV-00", -1), ("DEV-01", -1)])],
            // Whoever waits for a daemon looks meanwhile whether its join was cut off.
            Server.pending: [Server.rows()], "tail -n 10 /m/DEV-01/lxd.log": [.works],
        ])
        let machines = Dictionary(uniqueKeysWithValues: state.members.map { ($0.name, Machine(state: .running)) })
        let provider = StubProvider(
            inside: ["DEV-00": inside, "DEV-01": inside, "logs": inside], machines: machines)
        let member = try failing.map { try MemberName.dev($0) }
        provider.failing.withLock { $0 = member }
        let bench = try Bench(members: 2, provider: provider)
        let plan = SnapshotPlan.plan(name, of: state, try status(), hasRemnant: false, copies: SnapshotCopies())
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
}
