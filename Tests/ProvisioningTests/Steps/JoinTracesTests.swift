import Testing

@testable import Provisioning

/// What joins leave that did not end well.
@Suite struct JoinTracesTests {
    private static let forget = "lxc cluster remove --force --yes DEV-02"
    private static let operations = "lxc query '/1.0/operations?recursion=1'"
    private static let tail = "tail -n 10 /m/DEV-02/lxd.log"
    private static func remove(_ address: String) -> String {
        "lxd cluster remove-raft-node --quiet \(address):8443"
    }
    private static func pool(_ name: String) -> [String] { ["storage pool", name, "", "dir", "", "1", ""] }

    private let first = ScriptedRunner([
        Server.pending: [Server.rows()], forget: [.ends(1, "Error: Cluster member not found")],
        "lxc query /1.0": [Server.info(clustered: true)],
    ])
    private let leader = ScriptedRunner([Server.raft: [Server.rows()]])
    private let joining = ScriptedRunner([operations: [.prints("{}")]])
    private let logs = ScriptedRunner([tail: [.ends(1, "tail: cannot open: No such file or directory")]])

    /// DEV-00, and DEV-01 that leads, are members; DEV-02 is to join.
    private func bench(_ members: [String] = ["DEV-00", "DEV-01"], of count: Int = 3) throws -> Bench {
        first.on(Server.members, Server.members(members, leader: 1))
        let provider = StubProvider(
            inside: ["DEV-00": first, "DEV-01": leader, "DEV-02": joining, "logs": logs],
            machines: [try .dev(0): Machine(state: .running), try .dev(2): Machine(state: .running)])
        return try Bench(members: count, provider: provider)
    }

    private func traces(_ bench: Bench) throws -> JoinTraces {
        JoinTraces(context: bench.context, member: try .dev(2), respondingMember: try .dev(0))
    }

    @Test func whereSomebodyElsesMemberLeadsTheCommandIsSaid() async throws {
        let bench = try bench(["DEV-00", "OTHER"])
        try await traces(bench).clear()
        #expect(leader.changes.isEmpty)
        #expect(
            bench.context.remarks.all.first?.hasSuffix("run on OTHER: lxd cluster remove-raft-node 10.64.0.12") == true
        )
    }

    // MARK: Before a join

    @Test func whatIsLeftGoesBeforeTheNextJoinButNotOfOthers() async throws {
        // 12 is its own, 13 that of another member to be, 14 that of nobody, 15 may be joining.
        let bench = try bench(of: 4)
        first.on(Server.pending, Server.rows([["X", "10.64.0.15:8443"], ["DEV-03", "10.64.0.14:8443"]]))
        leader.on(Server.raft, Server.rows((10...15).map { ["10.64.0.\($0):8443"] }))
        for address in ["10.64.0.12", "10.64.0.14"] { leader.on(Self.remove(address), .works) }
        try await traces(bench).clearEarlier()
        #expect(leader.changes == [Self.remove("10.64.0.14"), Self.remove("10.64.0.12")])
        #expect(bench.context.remarks.all.count == 1 && bench.context.remarks.all[0].contains("10.64.0.15"))
        let asked = leader.lines.filter { $0 == Server.raft }.count
        try await traces(bench).clearEarlier()
        #expect(leader.lines.filter { $0 == Server.raft }.count == asked, "once for each plan")
    }

    // MARK: After a failure

    @Test func whatLXDDeletedIsNamed() async throws {
        let bench = try bench()
        leader.on(Self.remove("10.64.0.12"), .works)
        first.on(Server.objects, Server.rows([Self.pool("fast")]))
        let use = "lxc query '/1.0/storage-pools/fast/resources?target=DEV-0"
        first.on("\(use)0'", .ends(1, "Error: no such file or directory"))
        first.on("\(use)1'", .prints("{}"))
        let before = ClusterObject.all(in: [Self.pool("fast"), Self.pool("empty")])
        let failure = try await traces(bench).explained(
            Failure(.commandFailed, "lxd ended with status 1"), since: before)
        #expect(leader.changes == [Self.remove("10.64.0.12")])
        #expect(
            failure.message
                == "lxd ended with status 1; LXD deleted the storage pool empty from the cluster while it undid "
                + "the join; the folder of the storage pool fast is missing on DEV-00")
        #expect(failure.hint?.contains("bcmcluster stop -c DEV") == true)
    }

    // MARK: A machine that cannot come up

    private static let exit = #"err="Failed to initialize: No node registered with address 10.64.0.12:8443""#

    /// It is pending and does not come up, or says why it does not, and the cluster knows it no more.
    @Test(arguments: [(true, ""), (true, exit), (false, exit)])
    func aMachineWhoseJoinWasCutOffIsMadeAgain(_ isPending: Bool, _ log: String) async throws {
        let bench = try bench()
        let provider = try #require(bench.provider as? StubProvider)
        try hang(provider, isPending: isPending, log)
        if !isPending { try traces(bench).noteBegin() }
        try await AwaitDaemon(name: try .dev(2), first: try .dev(0)).run(bench.context)
        #expect(
            provider.log == [
                "start DEV-02", "settle DEV-02", "remove DEV-02", "create DEV-02 2 4G 30G", "settle DEV-02",
            ])
        #expect(leader.changes == [Self.remove("10.64.0.12")])
        #expect(log.isEmpty || bench.context.time.elapsed < .seconds(5), "it is not waited for")
    }

    /// The user has removed it, as by `lxc cluster remove --force`: no join of it was cut off.
    @Test func aMachineThatTheClusterKnowsNoMoreIsKeptWhereItsJoinHasEnded() async throws {
        let bench = try bench()
        let provider = try #require(bench.provider as? StubProvider)
        try hang(provider, isPending: false, Self.exit)
        try traces(bench).noteBegin()
        try traces(bench).noteEnd()
        let failure = try await #require(throws: Failure.self) {
            try await AwaitDaemon(name: try .dev(2), first: try .dev(0)).run(bench.context)
        }
        #expect(failure.message.contains("DEV-02 was removed from the cluster"))
        #expect(failure.hint == "bcmcluster member remove -c DEV DEV-02, then bcmcluster member add -c DEV")
        #expect(!provider.log.contains("remove DEV-02") && leader.changes.isEmpty)
    }

    @Test func aMemberIsNotMadeAgainWhateverItsDaemonSays() async throws {
        let bench = try bench(["DEV-00", "DEV-01", "DEV-02"])
        let provider = try #require(bench.provider as? StubProvider)
        try hang(provider, isPending: false, Self.exit)
        let failure = try await #require(throws: Failure.self) {
            try await RestartDaemon(name: try .dev(2), first: try .dev(0)).run(bench.context)
        }
        #expect(failure.message.contains("the database does not know its address"))
        #expect(failure.hint == "read /m/DEV-02/lxd.log" && !provider.log.contains("remove DEV-02"))
    }

    private func hang(_ provider: StubProvider, isPending: Bool, _ log: String) throws {
        provider.hanging.withLock { $0 = try? .dev(2) }
        joining.on("lxc query /1.0", .ends(1, "no socket"))
        let data = "find /d -mindepth 2 -maxdepth 4 '(' -path '/d/images/*' -o -path '/d/storage-pools/*/*/*' ')'"
        joining.on("\(data) -prune -printf '%P\\n'", .works)
        first.on(Server.pending, Server.rows(isPending ? [["DEV-02", "10.64.0.12:8443"]] : []))
        leader.on(Self.remove("10.64.0.12"), .works)
        logs.on(Self.tail, .prints(log))
    }
}
