import Testing

@testable import Provisioning

/// How many join at once is known before the first does.
@Suite struct BootstrapJoinsTests {
    private func joinsAtOnce(_ engine: Engine, _ version: String, _ most: String? = nil) async throws -> Int {
        let server = ScriptedRunner.Answer.prints(
            #"{"api_extensions":[],"environment":{"server_clustered":false,"certificate":"","server_version":"\#(version)"}}"#
        )
        let inside = ScriptedRunner(["\(engine.client) query /1.0": [server]])
        let bench = try Bench(
            provider: StubProvider(inside: ["DEV-00": inside]), engine: engine,
            environment: most.map { ["BCM_JOINS_AT_ONCE": $0] } ?? [:])
        #expect(bench.context.joinsAtOnce == 1)
        #expect(try await !BootstrapCluster(name: .dev(0)).isDone(bench.context))
        return bench.context.joinsAtOnce
    }

    @Test func theVersionOfTheFirstMemberSaysIt() async throws {
        #expect(try await joinsAtOnce(.incus, "7.0.2") == 4)
        #expect(try await joinsAtOnce(.incus, "6.0.4") == 1)
        #expect(try await joinsAtOnce(.lxd, "5.0.2") == 1)
    }

    /// The user can have fewer, and no more.
    @Test(arguments: [("1", 1), ("2", 2), ("9", 4), ("0", 1), ("-3", 1), ("many", 4), ("", 4)])
    func theVariableLowersIt(_ value: String, _ joins: Int) async throws {
        #expect(try await joinsAtOnce(.incus, "7.0.2", value) == joins)
    }
}
