import Testing

@testable import Provisioning

/// Taking a member out.
@Suite struct MemberStepTests {
    @Test func theRecordNamesItUntilNothingIsLeft() async throws {
        let there = StubProvider(machines: [try .dev(1): Machine(state: .running)])
        let early = try Bench(members: 2, provider: there)
        let failure = try await #require(throws: Failure.self) {
            try await RemoveMemberFromState(name: try .dev(1)).run(early.context)
        }
        #expect(failure.message == "the machine DEV-01 still exists")
        #expect(await early.context.store.state.members.count == 2)
        let bench = try Bench(members: 2, provider: StubProvider())
        let strike = RemoveMemberFromState(name: try .dev(1))
        #expect(try await !strike.isDone(bench.context))
        try await strike.run(bench.context)
        #expect(try await strike.isDone(bench.context))
        #expect(await bench.context.store.state.members.map(\.name.text) == ["DEV-00"])
    }
}
