import Testing

@testable import Provisioning

/// A member is emptied and leaves, and at each of its changes something goes wrong once.
@Suite(.serialized) struct EvacuateMemberTests {
    private static let leaving = "DEV-02"

    /// Instances alone, with volumes of their own, with one in common, with a port at their member's address; some off.
    private func cluster() -> FakeLXD {
        func disk(_ name: String) -> [String: String] {
            ["type": "disk", "pool": "default", "source": name, "path": "/\(name)"]
        }
        func instance(
            _ devices: [String: [String: String]] = [:], isRunning: Bool = true, on member: String = Self.leaving
        ) -> FakeLXD.Instance {
            FakeLXD.Instance(
                location: member, isRunning: isRunning,
                config: ["volatile.last_state.power": isRunning ? "RUNNING" : "STOPPED"], devices: devices)
        }
        func volume(_ name: String, on member: String = Self.leaving) -> FakeLXD.Volume {
            FakeLXD.Volume(name: name, location: member, config: [UnitMark.unit: "u"])
        }
        var state = FakeLXD.State()
        state.members = ["DEV-00": [:], "DEV-01": [:], Self.leaving: [:]]
        state.instances = [
            "a": instance(),
            "b": instance(["d": disk("own"), "e": disk("more")]),
            "c": instance(["d": disk("common")]), "d": instance(["d": disk("common")]),
            "e": instance(["p": ["type": "proxy", "listen": "tcp:10.64.0.12:80", "connect": "tcp:127.0.0.1:80"]]),
            "off": instance(isRunning: false), "there": instance(on: "DEV-00"),
        ]
        state.volumes = [
            volume("own"), volume("more"), volume("common"), volume("unused"), volume("far", on: "DEV-01"),
        ]
        return FakeLXD(state)
    }

    /// The part of the plan that a fault can leave half done.
    private func plan() throws -> ClusterPlan {
        var plan = ClusterPlan()
        let (member, respondingMember) = (try MemberName.dev(2), try MemberName.dev(0))
        let emptied = plan.add(EvacuateMember(name: member, respondingMember: respondingMember))
        let left = plan.add(LeaveCluster(name: member, respondingMember: respondingMember), after: [emptied])
        plan.add(
            AllowNewInstances(name: member, respondingMember: respondingMember), regardless: [left],
            evenIfCancelled: true)
        return plan
    }

    private func run(_ lxd: FakeLXD) async throws -> PlanOutcome {
        let bench = try Bench(members: 3, provider: StubProvider(everywhere: lxd))
        let runner = PlanRunner(try plan(), bench.context, observer: EventLog(), machinesAtOnce: 1)
        let task = Task { await runner.run() }
        lxd.onCancel { task.cancel() }
        return await task.value
    }

    /// Whatever has happened: nothing is twice or lost, and what ran runs.
    private func checkNothingIsHalfWay(_ lxd: FakeLXD, _ comment: Comment) {
        let state = lxd.now
        #expect(state.instances.filter { !$0.value.isRunning }.map(\.key) == ["off"], comment)
        #expect(state.members[Self.leaving] ?? [:] == [:], comment)
        for name in ["own", "more", "common", "unused", "far"] {
            let places = state.volumes.filter { $0.name == name }.map(\.location)
            #expect(places.count == 1, "\(name) is on \(places), \(comment.rawValue)")
        }
        checkTheData(state, comment)
    }

    private func checkTheData(_ state: FakeLXD.State, _ comment: Comment) {
        #expect(state.losses.isEmpty, comment)
        for (name, writes) in state.writes {
            #expect(state.volumes.contains { $0.name == name && $0.writes == writes }, "\(name), \(comment.rawValue)")
        }
    }

    private func checkThatItHasLeft(_ lxd: FakeLXD, _ outcome: PlanOutcome, _ comment: Comment) {
        #expect(outcome.succeeded, "\(outcome.failures), \(comment.rawValue)")
        #expect(lxd.now.members.keys.sorted() == ["DEV-00", "DEV-01"], comment)
        checkNothingIsHalfWay(lxd, comment)
        #expect(lxd.now.instances.values.allSatisfy { $0.location != Self.leaving }, comment)
        #expect(lxd.now.volumes.allSatisfy { $0.config[LXC.movingKey] == nil }, comment)
        #expect(lxd.now.instances.values.allSatisfy { $0.config[LXC.movingKey] == nil }, comment)
        let shared = ["c", "d"].compactMap { lxd.now.instances[$0]?.location }
        #expect(Set(shared).count == 1, comment)
    }

    @Test func allOfItMoves() async throws {
        let lxd = cluster()
        let outcome = try await run(lxd)
        checkThatItHasLeft(lxd, outcome, "without a fault")
        #expect(lxd.now.instances["there"]?.location == "DEV-00")
        // Each instance is off for its own move alone.
        let changes = lxd.now.changes
        let started = try #require(changes.firstIndex { $0.hasSuffix(" start a") })
        let stopped = try #require(changes.firstIndex { $0.contains(" stop b ") })
        #expect(started < stopped)
        #expect(try await run(lxd).done.isEmpty, "there is nothing left to do")
    }

    /// LXD continues with the stop of a run that was killed.
    @Test func whatIsBeingStoppedIsWaitedFor() async throws {
        let lxd = cluster()
        lxd.change { $0.busy = ["a": 3, "b": 1] }
        checkThatItHasLeft(lxd, try await run(lxd), "busy")
        #expect(lxd.now.busy == ["a": 0, "b": 0])
    }

    @Test(arguments: FakeLXD.Fault.allCases)
    func aFaultAtAnyChangeLeavesNothingHalfWayAndTheNextRunEndsIt(_ fault: FakeLXD.Fault) async throws {
        let healthy = cluster()
        _ = try await run(healthy)
        let count = healthy.now.changes.count
        #expect(count > 30)
        for number in 1...count {
            // Other tests wait for their turn.
            await Task.yield()
            let lxd = cluster()
            let comment: Comment = "\(fault) at change \(number): \(healthy.now.changes[number - 1])"
            lxd.fail([number: fault])
            let outcome = try await run(lxd)
            if fault != .kills {
                if lxd.now.members[Self.leaving] != nil {
                    #expect(!outcome.succeeded, comment)
                    checkWhatAFailedRunLeaves(lxd, comment)
                } else {
                    checkNothingIsHalfWay(lxd, comment)
                }
            }
            checkTheData(lxd.now, comment)
            lxd.fail([:])
            checkThatItHasLeft(lxd, try await run(lxd), comment)
        }
    }

    /// What is taken back after a failure is cut off as well.
    @Test(arguments: [0, 3, 6])
    func aKillAfterAFailureLosesNothing(_ offset: Int) async throws {
        let healthy = cluster()
        _ = try await run(healthy)
        for number in 1...healthy.now.changes.count {
            // Other tests wait for their turn.
            await Task.yield()
            let lxd = cluster()
            let distance = 1 + (number + offset) % 9
            lxd.fail([number: number.isMultiple(of: 2) ? .failsAfter : .failsBefore, number + distance: .kills])
            _ = try await run(lxd)
            let comment: Comment = "\(healthy.now.changes[number - 1]), then a kill at \(lxd.now.changes.last ?? "")"
            checkTheData(lxd.now, comment)
            lxd.fail([:])
            checkThatItHasLeft(lxd, try await run(lxd), comment)
        }
    }

    /// Where the deletion of a volume that has moved fails, both are there until the next run.
    private func checkWhatAFailedRunLeaves(_ lxd: FakeLXD, _ comment: Comment) {
        let state = lxd.now
        #expect(state.instances.filter { !$0.value.isRunning }.map(\.key) == ["off"], comment)
        #expect(state.members[Self.leaving] == [:], comment)
        for (name, instance) in state.instances {
            for source in instance.devices.values.compactMap({ $0["source"] }) {
                let beside = state.volumes.filter { $0.name == source && $0.location == instance.location }
                #expect(beside.count == 1, "\(source) is not beside \(name), \(comment.rawValue)")
            }
        }
    }

    @Test(arguments: ["a", "b", "c", "d", "e"])
    func whatDoesNotStartThereRunsAgainWhereItWasWithAllThatItHasWritten(_ name: String) async throws {
        let lxd = cluster()
        lxd.change { $0.unstartable = ["\(name) on DEV-00", "\(name) on DEV-01"] }
        let outcome = try await run(lxd)
        let failure = try #require(outcome.failures.first?.failure)
        #expect(failure.message.contains("and is unchanged") && failure.output?.contains("Failed to run") ?? false)
        #expect(lxd.now.instances[name]?.location == Self.leaving)
        checkNothingIsHalfWay(lxd, "\(name)")
        lxd.change { $0.unstartable = [] }
        checkThatItHasLeft(lxd, try await run(lxd), "\(name)")
    }

    @Test func whatNoOtherMemberTakesIsRefusedBeforeAnythingIsTouched() async throws {
        let lxd = cluster()
        let mine = FakeLXD.Volume(name: "mine", location: Self.leaving)
        lxd.change { $0.volumes.append(mine) }
        let bench = try Bench(members: 3, provider: StubProvider(everywhere: lxd))
        let status = ClusterStatus(try ClusterObservation.dev(3))
        let failure = try await #require(throws: Failure.self) {
            try await RemoveMemberPlan.checkedPlan(for: .dev(2), status, isForced: false, bench.context)
        }
        #expect(failure.message == "the custom volume mine is on DEV-02, and no instance uses it")
        let forced = try await RemoveMemberPlan.checkedPlan(for: .dev(2), status, isForced: true, bench.context)
        #expect(!forced.entries.isEmpty, "what is there is lost by then")
        #expect(lxd.now.changes.isEmpty)
    }

    @Test func whatComesMeanwhileMovesTooAndWhatCannotIsNamed() async throws {
        let lxd = cluster()
        let bench = try Bench(members: 3, provider: StubProvider(everywhere: lxd))
        try await EvacuateMember(name: .dev(2), respondingMember: .dev(0)).run(bench.context)
        #expect(lxd.now.members[Self.leaving]?["scheduler.instance"] == "manual", "LXD chooses it for nothing new")
        let late = FakeLXD.Instance(location: Self.leaving, config: [:], devices: [:])
        lxd.change { $0.instances["late"] = late }
        let mine = FakeLXD.Volume(name: "mine", location: Self.leaving)
        lxd.change { $0.volumes.append(mine) }
        let leave = LeaveCluster(name: try .dev(2), respondingMember: try .dev(0))
        let failure = try await #require(throws: Failure.self) { try await leave.run(bench.context) }
        #expect(failure.message.hasPrefix("the custom volume mine is on DEV-02"))
        lxd.change { $0.volumes.removeAll { $0.name == "mine" } }
        try await leave.run(bench.context)
        #expect(lxd.now.members[Self.leaving] == nil && lxd.now.instances["late"]?.isRunning == true)
    }
}
