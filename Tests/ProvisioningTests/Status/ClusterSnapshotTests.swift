import Testing

@testable import Provisioning

/// What is known about snapshots, from what is kept and from what there is.
@Suite struct ClusterSnapshotTests {
    private func kept(_ name: String, at taken: Int, _ members: Int, in bench: Bench) throws {
        try SavedCluster(taken: taken, state: try Bench.state(members), bytes: nil, isClone: true)
            .write(SnapshotName(name), in: bench.context.folder, bench.files)
    }

    @Test func whatIsKeptAndWhatThereIsComeTogether() async throws {
        let provider = StubProvider()
        let bench = try Bench(members: 2, provider: provider)
        try kept("new", at: 9, 2, in: bench)
        try kept("old", at: 7, 1, in: bench)
        bench.files.put("{", at: "\(Bench.folder)/snapshots/broken.json")
        let both: Set = [try MemberName.dev(0), try .dev(1)]
        let one: Set = [try MemberName.dev(0)]
        let names = try ["old", "new", "half"].map { try SnapshotName($0) }
        provider.standing.withLock { $0 = [names[0]: both, names[1]: one, names[2]: one] }
        let all = try await ClusterSnapshot.all(bench.context)
        #expect(all.map(\.name.text) == ["old", "new", "broken", "half"])
        #expect(all.map(\.isComplete) == [true, false, false, false])
        #expect(
            all.map(\.trouble).map { $0 ?? "" } == [
                "", "DEV-01 is missing", "left by an interrupted run, or still being taken",
                "left by an interrupted run, or still being taken",
            ])
    }

    @Test func halfRestoredComesBeforeEverythingElse() throws {
        var state = try Bench.state(2)
        state.restoring = try SnapshotName("before")
        let member = MemberStatus(name: "DEV-00", isInState: true, machine: .stopped, daemon: .notQueried)
        let status = ClusterStatus(ClusterObservation(state: state, members: [member], view: nil))
        #expect(status.findings.map(\.code) == ["restore-incomplete"])
        #expect(status.headline == "Restore from before incomplete: machines may be in different states.")
        #expect(status.hint == "bcmcluster snapshot restore -c DEV before")
        #expect(status.brief == "restore from before incomplete: machines may be in different states")
        #expect(RepairPlan(for: state, status.findings).plan.entries.isEmpty)
    }
}
