import Testing

@testable import Provisioning

/// Whether members can join, by the states of networks and storage pools.
@Suite struct CheckObjectsTests {
    private static let bridge = "lxc query /1.0/networks/lxdbr0"
    private let first = ScriptedRunner([Server.members: [Server.members(["DEV-00", "DEV-01"], leader: 0)]])

    /// A cluster of DEV-00 and DEV-01, and DEV-02 that is to join.
    private func bench(_ rows: [[String]], members: Int = 3, isRunning: Bool = true) throws -> Bench {
        first.on(Server.objects, Server.rows(rows))
        let machines = [try MemberName.dev(0): Machine(state: isRunning ? .running : .stopped)]
        return try Bench(members: members, provider: StubProvider(inside: ["DEV-00": first], machines: machines))
    }

    private func refusal(_ rows: [[String]]) async throws -> Failure {
        let bench = try bench(rows)
        let step = CheckObjects(first: try .dev(0))
        #expect(try await !step.isDone(bench.context))
        let failure = try await #require(throws: Failure.self) { try await step.run(bench.context) }
        #expect(failure.code == .conflict && first.changes.isEmpty)
        return failure
    }

    private static func network(_ name: String, _ state: String, project: String = "default", mark: String = "")
        -> [String]
    {
        ["network", name, project, "1", mark, state, ""]
    }
    private static func place(_ kind: String, _ name: String, _ state: String, _ member: String) -> [String] {
        [kind, name, kind == "network" ? "default" : "", "", "", state, member]
    }
    private static let pool = ["storage pool", "default", "", "dir", "", "1", ""]

    @Test func projectsUnitsAndSeveralAtOnceAreNamed() async throws {
        let failure = try await refusal([
            Self.network("a", "2", project: "blue"), Self.network("b", "2", mark: "web"), Self.network("c", "1"),
            Self.place("network", "c", "2", "DEV-01"),
        ])
        #expect(
            failure.message == "no member can join: the network a of the project blue is ERRORED; "
                + "the network b of the unit web is ERRORED; the network c is ERRORED on DEV-01")
        let hint = try #require(failure.hint)
        #expect(hint.contains("lxc network delete a --project blue"))
        #expect(hint.contains("recreate b with bcmcluster run -c DEV and the file of web"))
    }

    @Test func nobodyIsAskedWhereNobodyJoins() async throws {
        let rows = [Self.network("lan", "2")]
        let check = CheckObjects(first: try .dev(0))
        let step = CheckObjects(first: try .dev(0), isForLaunches: true)
        #expect(try await !step.isDone(bench(rows).context))
        #expect(try await step.isDone(bench(rows, isRunning: false).context), "it is checked before each join")
        #expect(try await step.isDone(bench(rows, members: 1).context), "no machine is launched")
        #expect(try await check.isDone(bench(rows, members: 2).context), "all are members")
        first.on(Server.members, .ends(1, "Error: Server is not clustered"))
        #expect(try await step.isDone(bench(rows).context))
        #expect(try await step.isDone(Bench(members: 2).context), "there is no cluster yet")
    }

    // MARK: The bridge of an interrupted run

    private static func unfinished(_ state: String) -> [String] {
        ["network", "lxdbr0", "default", "0", "", state, ""]
    }
    private static func shown(_ status: String, _ key: String = "ipv4.nat", users: String = "[]")
        -> ScriptedRunner.Answer
    {
        .prints(#"{"status":"\#(status)","type":"bridge","config":{"\#(key)":"true"},"used_by":\#(users)}"#)
    }

    @Test(arguments: [("bridge.external_interfaces", "[]"), ("ipv4.nat", #"["/1.0/profiles/mine"]"#)])
    func somebodyElsesBridgeIsNamedAndKept(_ key: String, _ users: String) async throws {
        first.on(Self.bridge, Self.shown("Errored", key, users: users))
        let failure = try await refusal([Self.unfinished("2")])
        #expect(failure.message.contains("the network lxdbr0 is ERRORED, and has "), "\(failure.message)")
        #expect(failure.message.contains(users == "[]" ? key : "/1.0/profiles/mine"))
        let context = try bench([Self.unfinished("2")]).context
        let client = context.client(in: try .dev(0))
        await #expect(throws: Failure.self) { _ = try await CreateBridge.isFinishedOrCleared(client, context) }
        #expect(first.changes.isEmpty)
    }
}
