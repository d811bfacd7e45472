import Testing

@testable import Provisioning

/// Steps that a cluster over hosts has and others have not.
@Suite struct HostStepTests {
    private static func knock(_ address: String) -> String {
        "bash -c 'exec 3<>\"/dev/tcp/$0/$1\"' \(address) 8443"
    }

    private let inside = ["DEV-00": ScriptedRunner(), "DEV-01": ScriptedRunner()]
    private let bench: Bench
    private let reach: CheckReach

    init() throws {
        bench = try Bench(members: 0, provider: StubProvider(inside: inside))
        reach = CheckReach(members: [try .dev(0), try .dev(1)])
    }

    private func spread() async throws {
        let state = try Bench.state(2, over: 2)
        try await bench.context.store.update { $0 = state }
    }

    @Test func aRefusalIsAnAnswerAndSoIsAnOpenDoor() async throws {
        try await spread()
        inside["DEV-00"]?.on(Self.knock("10.64.0.11"), .ends(1, "bash: connect: Connection refused\nbash: line 1: …"))
        inside["DEV-01"]?.on(Self.knock("10.64.0.10"), .works)
        try await reach.run(bench.context)
    }

    @Test func aPairThatHearsNothingIsNamedBothWays() async throws {
        try await spread()
        inside["DEV-00"]?.on(Self.knock("10.64.0.11"), .ends(1, "bash: connect: No route to host"))
        inside["DEV-01"]?.on(Self.knock("10.64.0.10"), .failure(Failure(.timedOut, "late")))
        let failure = try await #require(throws: Failure.self) { try await reach.run(bench.context) }
        #expect(
            failure.message
                == "DEV-00 on h0 does not reach DEV-01 on h1 at 10.64.0.11:8443: No route to host; "
                + "DEV-01 on h1 does not reach DEV-00 on h0 at 10.64.0.10:8443: no answer within 5s")
        #expect(failure.hint?.contains("UDP port 4789 between h0 (192.0.2.1), h1 (192.0.2.2)") ?? false)
    }

    @Test func aClusterThatNobodyGetsToFromHereIsNoFailure() async throws {
        try await spread()
        bench.runner.on("lxc remote list --format json", .prints("{}"))
        bench.runner.on(Self.knock("10.64.0.10"), .failure(Failure(.timedOut, "late")))
        try await AddRemote(name: .dev(0)).run(bench.context)
        #expect(bench.runner.changes.isEmpty)
        #expect(await bench.context.store.state.remote == nil)
        let remark = try #require(bench.context.remarks.all.first)
        #expect(remark.hasPrefix("your lxc does not reach 10.64.0.10:8443, so it has no remote DEV-00 yet"))
    }

    @Test("A host without members stays in the state while it holds copies of snapshots")
    func hostWithCopiesStays() async throws {
        let provider = StubProvider()
        let bench = try Bench(members: 0, provider: provider)
        var state = try Bench.state(2, over: 2)
        state.members.removeLast()
        try await bench.context.store.update { [state] in $0 = state }
        provider.standing.withLock { $0 = [try! SnapshotName("before"): [try! .dev(1)]] }
        let step = RemoveHostFromState(host: try HostName("h1"))
        #expect(try await step.isDone(bench.context))
        #expect(bench.context.remarks.all.first?.hasPrefix("h1 is kept as a host of DEV: it holds copies") ?? false)

        provider.standing.withLock { $0 = [try! SnapshotName("half"): []] }
        #expect(try await !step.isDone(bench.context), "a remnant of a snapshot holds nothing back")
        try await step.run(bench.context)
        #expect(await bench.context.store.state.hosts.map(\.text) == ["h0"])
        #expect(try await step.isDone(bench.context))
    }
}
