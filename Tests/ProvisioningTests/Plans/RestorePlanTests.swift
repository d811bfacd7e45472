import Testing

@testable import Provisioning

/// How a cluster goes back: what stands between now and then, and what is no way back.
@Suite struct RestorePlanTests {
    private let name: SnapshotName

    init() throws { name = try SnapshotName("before") }

    private func saved(_ indices: [Int], remote: String? = "DEV-00") throws -> SavedCluster {
        var state = try Bench.state(4)
        state.members.removeAll { !indices.contains($0.name.index) }
        state.remote = remote.map { ClusterState.Remote(name: $0) }
        return SavedCluster(taken: 7, state: state, bytes: nil, isClone: true)
    }

    private func plan(_ saved: SavedCluster, remote: String? = "DEV-00") throws -> ClusterPlan {
        var state = try Bench.state(3)
        state.remote = remote.map { ClusterState.Remote(name: $0) }
        let status = ClusterStatus(ClusterObservation(state: state, members: [], view: nil))
        return RestorePlan.plan(for: state, status, to: name, saved)
    }

    private func titles(_ plan: ClusterPlan) -> [String] { plan.entries.map(\.step.identifier) }

    @Test func theMarkStandsFromTheFirstMachineToTheLast() throws {
        let plan = try plan(saved([0, 1, 3]))
        let names = titles(plan)
        func place(_ name: String) throws -> Int { try #require(names.firstIndex(of: name), "\(name)") }
        let mark = try place("mark the cluster as restoring")
        let end = try place("write the state of the snapshot")
        for step in ["DEV-00 stop the machine", "DEV-02 stop the machine"] {
            #expect(plan.waits(mark, for: try place(step)))
        }
        for step in [
            "DEV-00 restore the snapshot", "DEV-01 restore the snapshot", "DEV-03 restore the snapshot",
            "DEV-02 remove the machine", "DEV-02 remove it from the state",
        ] {
            let place = try place(step)
            #expect(plan.waits(place, for: mark) && plan.waits(end, for: place), "\(step)")
        }
        for step in ["DEV-03 write .env", "DEV-03 start the machine", "check that all members are online"] {
            #expect(plan.waits(try place(step), for: end), "\(step)")
        }
        #expect(!names.contains("DEV-02 restore the snapshot") && !names.contains("DEV-02 start the machine"))
        #expect(!names.contains("DEV-00 write .env"), "theirs are there")
    }

    @Test("After a restore that failed while starting the way out is start, and no other restore")
    func continuesWithStart() throws {
        let plan = try plan(saved([0, 1, 2]))
        let names = titles(plan)
        func outcome(until last: String) throws -> PlanOutcome {
            let end = try #require(names.firstIndex(of: last))
            var outcome = PlanOutcome()
            outcome.done = Array(0...end)
            outcome.failures = [(end + 1, Failure(.commandFailed, "no"))]
            return outcome
        }
        func command(until last: String) throws -> String? {
            RestorePlan.commandAfterRestore(of: try ClusterName("DEV"), plan, try outcome(until: last))
        }
        #expect(try command(until: "mark the cluster as restoring") == nil)
        #expect(try command(until: "DEV-02 restore the snapshot") == nil)
        #expect(try command(until: "write the state of the snapshot") == "bcmcluster start -c DEV")
        #expect(try command(until: "DEV-00 start the machine") == "bcmcluster start -c DEV")
        #expect(try command(until: "check that all members are online") == "bcmcluster repair -c DEV")
    }

    @Test func theRemoteIsPutRight() throws {
        let expectedDuration = ["DEV-00 fetch the certificate", "DEV-00 add the lxc remote"]
        #expect(Set(titles(try plan(saved([0])))).isSuperset(of: expectedDuration))
        #expect(!titles(try plan(saved([0]))).contains("remove the lxc remote"))
        // The restored cluster does not know the client.
        #expect(titles(try plan(saved([0], remote: nil))).contains("remove the lxc remote"))
        // One that is named after a member that has come first since is moved.
        let moved = titles(try plan(saved([0]), remote: "DEV-01"))
        #expect(moved.contains("DEV-00 add the lxc remote") && !moved.contains("remove the lxc remote"))
        #expect(!titles(try plan(saved([0], remote: nil), remote: nil)).contains("DEV-00 add the lxc remote"))
    }

    @Test func whatIsIncompleteIsNoWayBack() throws {
        let status = ClusterStatus(ClusterObservation(state: try Bench.state(2), members: [], view: nil))
        let all: Set = [try MemberName.dev(0), try .dev(1)]
        try RestorePlan.check(ClusterSnapshot(name: name, saved: try saved([0, 1]), present: all), status)
        for (snapshot, words) in [
            (ClusterSnapshot(name: name, saved: try saved([0, 1, 2]), present: all), "DEV-02 is missing"),
            (ClusterSnapshot(name: name, saved: try saved([0, 1]), present: []), "DEV-00, DEV-01 are missing"),
            (
                ClusterSnapshot(name: name, saved: nil, present: all),
                "left by an interrupted run, or still being taken"
            ),
        ] {
            let failure = #expect(throws: Failure.self) { try RestorePlan.check(snapshot, status) }
            #expect(failure?.message.hasSuffix("is incomplete: \(words)") == true)
            #expect(failure?.hint?.hasSuffix("bcmcluster snapshot delete -c DEV before") == true)
        }
        let trash = MemberStatus(name: "DEV-01", isInState: true, machine: .deleted, daemon: .notQueried)
        let deleted = ClusterStatus(ClusterObservation(state: try Bench.state(2), members: [trash], view: nil))
        let snapshot = ClusterSnapshot(name: name, saved: try saved([0, 1]), present: all)
        #expect(throws: Failure.self) { try RestorePlan.check(snapshot, deleted) }
    }

    @Test("A member whose copy is on anspread from its machine is named before anything is touched")
    func membersThatMovedAreNamed() throws {
        let then = SavedCluster(taken: 7, state: try Bench.state(3, over: 3), bytes: nil, isClone: true)
        var now = then.state
        try RestorePlan.checkHosts(now, then, name)
        now.members[1].host = try HostName("h2")
        now.members.removeLast()
        let failure = #expect(throws: Failure.self) { try RestorePlan.checkHosts(now, then, name) }
        #expect(failure?.message == "cannot restore DEV from before: DEV-01 was on h1 and is on h2 now")
        #expect(failure?.hint == "bcmcluster member remove -c DEV DEV-01, then run the same command again")
    }

    @Test("A host that came since is released before the state of the snapshot is written")
    func hostsThatGoAreReleased() throws {
        let now = try Bench.state(3, over: 3)
        var then = try Bench.state(2, over: 3)
        then.spread?.removeLast()
        let saved = SavedCluster(taken: 7, state: then, bytes: nil, isClone: true)
        let status = ClusterStatus(ClusterObservation(state: now, members: [], view: nil))
        let plan = RestorePlan.plan(for: now, status, to: name, saved)
        let names = titles(plan)
        let released = try #require(names.firstIndex(of: "release the host h2"))
        let written = try #require(names.firstIndex(of: "write the state of the snapshot"))
        let removed = try #require(names.firstIndex(of: "DEV-02 remove the machine"))
        #expect(plan.waits(released, for: removed) && plan.waits(written, for: released))
        #expect(!names.contains("release the host h1") && !names.contains("release the host h0"))
    }
}
