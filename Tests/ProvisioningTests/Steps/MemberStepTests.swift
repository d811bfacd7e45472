import Testing

@testable import Provisioning

/// Taking a member out.
@Suite struct MemberStepTests {
    private static let members = "lxc query '/1.0/cluster/members?recursion=1'"
    private static let instances = "lxc query '/1.0/instances?recursion=1&all-projects=true'"
    private static let remove = "lxc cluster remove --yes DEV-01"

    private static let immovables =
        "lxc query --request POST --data "
        + Shell.quoted(
            #"{"database":"global","query":"SELECT 'backup', p.name || '/' || i.name, b.name FROM instances_backups b "#
                + #"JOIN instances i ON i.id = b.instance_id JOIN projects p ON p.id = i.project_id "#
                + #"JOIN nodes n ON n.id = i.node_id WHERE n.name = 'DEV-01' UNION ALL SELECT 'image', i.fingerprint, '' "#
                + #"FROM images i JOIN images_nodes p ON p.image_id = i.id JOIN nodes n ON n.id = p.node_id WHERE EXISTS "#
                + #"(SELECT 1 FROM config WHERE key = 'cluster.images_minimal_replica' AND value = '1') "#
                + #"GROUP BY i.fingerprint HAVING COUNT(*) = 1 AND MAX(n.name) = 'DEV-01'"}"#) + " /internal/sql"

    private func bench(_ state: String = "Online", living: String = "[]") throws -> (Bench, ScriptedRunner) {
        let inside = ScriptedRunner([
            Self.members: [Server.members([("DEV-00", "Online"), ("DEV-01", state)])],
            Self.instances: [.prints(living)], Self.remove: [.works], Server.pending: [Server.rows()],
            "lxc query '/1.0/networks?recursion=1'": [.prints("[]")],
            "lxc query /1.0/profiles/default": [.prints(#"{"devices":{}}"#)],
            "lxc query '/1.0/storage-pools/default/volumes/custom?recursion=1'": [.prints("[]")],
            "lxc query '/1.0/storage-pools?recursion=1'": [.prints("[]")],
            Self.immovables: [.prints(#"{"Results":[]}"#)],
        ])
        return (try Bench(members: 2, provider: StubProvider(inside: ["DEV-00": inside])), inside)
    }

    private let step: LeaveCluster

    init() throws { step = LeaveCluster(name: try .dev(1), respondingMember: try .dev(0)) }

    @Test func oneThatIsDeadNeedsForce() async throws {
        let (bench, inside) = try bench("Offline")
        let failure = try await #require(throws: Failure.self) { try await step.run(bench.context) }
        #expect(failure.message.hasPrefix("DEV-01 is offline") && inside.changes.isEmpty)
    }

    @Test func theRecordNamesItUntilNothingIsLeft() async throws {
        let there = StubProvider(machines: [try .dev(1): Machine(state: .running)])
        let early = try Bench(members: 2, provider: there)
        let failure = try await #require(throws: Failure.self) {
            try await RemoveMemberFromState(name: try .dev(1)).run(early.context)
        }
        #expect(failure.message == "the machine DEV-01 is still there")
        #expect(await early.context.store.state.members.count == 2)
        let (bench, _) = try bench()
        let strike = RemoveMemberFromState(name: try .dev(1))
        #expect(try await !strike.isDone(bench.context))
        try await strike.run(bench.context)
        #expect(try await strike.isDone(bench.context))
        #expect(await bench.context.store.state.members.map(\.name.text) == ["DEV-00"])
    }
}
