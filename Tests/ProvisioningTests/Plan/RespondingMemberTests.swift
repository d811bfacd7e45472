import Testing

@testable import Provisioning

/// Which member answers for its cluster.
@Suite struct WitnessTests {
    private let line = "lxc query '/1.0/cluster/members?recursion=1'"
    private let runners = ["DEV-00": ScriptedRunner(), "DEV-01": ScriptedRunner(), "DEV-02": ScriptedRunner()]

    private func context() throws -> PlanContext {
        try Bench(members: 3, provider: StubProvider(inside: runners)).context
    }

    private let members = Server.members([("DEV-00", "Offline"), ("DEV-01", "Online")])

    @Test func theFirstWhereItAnswers() async throws {
        runners["DEV-00"]?.on(line, members)
        let respondingMember = try await context().respondingMember()
        #expect(respondingMember.name == (try .dev(0)) && respondingMember.members.map(\.name) == ["DEV-00", "DEV-01"])
        #expect(runners["DEV-01"]?.lines == [])
        #expect(runners["DEV-00"]?.last(line)?.limit == .seconds(10), "nobody waits for the dead for a minute")
    }

    @Test(arguments: [
        ScriptedRunner.Answer.ends(1, "Error: connection refused"),
        .failure(Failure(.timedOut, "no answer within 10s")),
        .failure(Failure(.unreachable, "the host does not answer")), .prints("nonsense"), .prints("[]"),
    ])
    func aDeadFirstIsPassedOver(_ answer: ScriptedRunner.Answer) async throws {
        runners["DEV-00"]?.on(line, answer)
        runners["DEV-01"]?.on(line, members)
        #expect(try await context().respondingMember().name == (try .dev(1)))
    }

    @Test func whereNobodyAnswersTheClusterIsOutOfReach() async throws {
        for runner in runners.values { runner.on(line, .ends(1, "Error: connection refused")) }
        let failure = try await #require(throws: Failure.self) { try await context().respondingMember() }
        #expect(failure.code == .unreachable && failure.exitStatus == 4)
        #expect(failure.message == "no member of DEV answers")
        #expect(failure.output?.contains("connection refused") ?? false)
        #expect(failure.hint == "see bcmcluster status -c DEV")
        #expect(runners.values.allSatisfy { $0.lines.contains(line) })
    }

    @Test func aCancelledLookAsksNobodyElse() async throws {
        runners["DEV-00"]?.on(line, .cancelled)
        await #expect(throws: CancellationError.self) { try await context().respondingMember() }
        #expect(runners["DEV-01"]?.lines == [])
    }
}
