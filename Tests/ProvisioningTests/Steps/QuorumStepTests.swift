import Testing

@testable import Provisioning

/// Votes that are gone, and votes that are spread again.
@Suite struct QuorumStepTests {
    private static let members = "lxc query '/1.0/cluster/members?recursion=1'"

    @Test func everyOneThatIsLeftIsAskedUntilTheVotesAreSpread() async throws {
        let few = ScriptedRunner.Answer.prints(Self.view(["database"], ["database-standby"], ["database-standby"]))
        let enough = ScriptedRunner.Answer.prints(Self.view(["database-leader"], ["database"], ["database"]))
        let lost = ScriptedRunner.Answer.ends(1, "Error: Failed to begin transaction: receive: header: EOF")
        let inside = [
            "DEV-00": ScriptedRunner([Self.members: [few, enough]]),
            "DEV-01": ScriptedRunner([Self.members: [lost, lost, enough]]),
            "DEV-02": ScriptedRunner([Self.members: [enough]]),
        ]
        let bench = try Bench(members: 3, provider: StubProvider(inside: inside))
        let step = AwaitVoterRebalance(members: try (0..<3).map { try .dev($0) }, voters: 3)
        #expect(try await !step.isDone(bench.context))
        try await step.run(bench.context)
        #expect(bench.context.remarks.all.isEmpty)
        #expect(try await step.isDone(bench.context))
    }

    @Test func votesThatAreNotSpreadAreARemark() async throws {
        let few = ScriptedRunner.Answer.prints(Self.view(["database"], [], []))
        let bench = try Bench(
            members: 1, provider: StubProvider(inside: ["DEV-00": ScriptedRunner([Self.members: [few]])]))
        try await AwaitVoterRebalance(members: [try .dev(0)], voters: 3).run(bench.context)
        #expect(bench.context.remarks.all.count == 1)
    }

    private static func view(_ roles: [String]...) -> String {
        let entries = roles.enumerated().map { index, roles in
            let words = roles.map { "\"\($0)\"" }.joined(separator: ",")
            return
                #"{"server_name":"DEV-0\#(index)","url":"","database":true,"status":"Online","message":"","roles":[\#(words)]}"#
        }
        return "[\(entries.joined(separator: ","))]"
    }
}
