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

    @Test(
        "A member of another version is refused before it joins; a later patch is not",
        arguments: [
            ("5.0.9", nil), ("5.21.7", "DEV-01 has LXD 5.21.7, and DEV-00 has 5.0.2: members need the same version"),
            ("6.9", "DEV-01 has LXD 6.9, and DEV-00 has 5.0.2: members need the same version"),
        ] as [(String, String?)])
    func anotherVersion(_ version: String, _ refusal: String?) async throws {
        func server(_ version: String) -> ScriptedRunner {
            ScriptedRunner([
                "lxc query /1.0": [
                    .prints(
                        #"{"api_extensions":["clustering_join_token","certificate_token"],"environment":{"server_clustered":false,"certificate":"","server_version":"\#(version)"}}"#
                    )
                ], "lxc query /1.0/cluster": [.prints(#"{"member_config":[]}"#)],
            ])
        }
        let inside = ["DEV-00": server("5.0.2"), "DEV-01": server(version)]
        let bench = try Bench(members: 2, provider: StubProvider(inside: inside))
        let step = JoinMember(name: try .dev(1), first: try .dev(0))
        do {
            try await step.checkVersion(bench.context)
            #expect(refusal == nil)
        } catch let failure as Failure {
            #expect(failure.message == refusal && failure.code == .conflict)
        }
    }
}
