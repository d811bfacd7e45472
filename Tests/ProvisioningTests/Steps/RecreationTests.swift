import Testing

@testable import Provisioning

/// When `up` may recreate a member's machine: with proof that it never joined, or joined and is empty.
@Suite struct RecreationTests {
    private static let members = "lxc query '/1.0/cluster/members?recursion=1'"
    private static let server = "lxc query /1.0"
    private static let instances = "lxc query '/1.0/instances?recursion=1&all-projects=true'"
    private static let pools = "lxc query '/1.0/storage-pools?recursion=1'"
    private static let data =
        "find /d -mindepth 2 -maxdepth 4 '(' -path '/d/images/*' -o -path '/d/storage-pools/*/*/*' ')' -prune -printf '%P\\n'"

    /// The cluster's word, and what the machine itself says.
    private let first = ScriptedRunner([
        members: [Server.members([("DEV-00", "Online")])], instances: [.prints("[]")], pools: [.prints("[]")],
    ])
    private let machine = ScriptedRunner([
        server: [Server.info(clustered: false, name: "none")], data: [.works],
    ])

    private func check(respondingMember: MemberName? = try? .dev(0)) async throws {
        let bench = try Bench(members: 2, provider: StubProvider(inside: ["DEV-00": first, "DEV-01": machine]))
        try await RecreationCheck(context: bench.context, name: try .dev(1), respondingMember: respondingMember).check()
    }

    private func refusal(_ reason: String, at location: SourceLocation = #_sourceLocation) async throws {
        let failure = try await #require(throws: Failure.self, sourceLocation: location) { try await check() }
        #expect(failure.code == .conflict && failure.message.contains(reason), sourceLocation: location)
        #expect(failure.hint?.contains("bcmcluster repair -c DEV") == true, sourceLocation: location)
        #expect(first.changes + machine.changes == [], sourceLocation: location)
    }

    @Test func oneThatNeverJoinedAndIsEmptyMayBeRecreated() async throws {
        try await check()
        try await check(respondingMember: nil)
    }

    @Test(arguments: [ScriptedRunner.Answer.ends(1, "no socket"), .failure(Failure(.timedOut, "too long"))])
    func oneWhoseDaemonIsDeadOrHangsMayBeRecreatedWhereItsDiskIsEmpty(_ answer: ScriptedRunner.Answer) async throws {
        machine.on(Self.server, answer)
        try await check()
        machine.on(Self.data, .prints("storage-pools/default/containers/web-1\nimages/0a\n"))
        try await refusal("holds containers/web-1, images/0a")
        machine.on(Self.data, .ends(1, "find: '/d': Permission denied"))
        await #expect(throws: Failure.self, "nobody knows what is there") { try await check() }
    }

    @Test func whatIsOnItsDiskCountsAlsoOutsideOfAnyCluster() async throws {
        machine.on(Self.data, .prints("storage-pools/p/custom/default_data\n"))
        try await refusal("holds custom/default_data")
    }

    /// As after `lxc cluster rename`, or where this tool's cluster is another than the machine's.
    @Test func aMemberOfAnyClusterIsNotRecreated() async throws {
        machine.on(Self.server, Server.info(clustered: true, name: "web"))
        machine.on(Self.members, Server.members([("web", "Online")]))
        try await refusal("is a member of a cluster, under the name web")
    }

    @Test(arguments: ["Online", "Evacuated"])
    func whatTheClusterCountsAsThereIsNotRecreated(_ state: String) async throws {
        machine.on(Self.server, .ends(1, "no socket"))
        first.on(Self.members, Server.members([("DEV-00", "Online"), ("DEV-01", state)]))
        try await refusal("is DEV-01 in the cluster")
        let renamed = Server.members([("web", state)], at: ["web": "https://10.64.0.11:8443"])
        first.on(Self.members, renamed)
        try await refusal("is web in the cluster")
    }

    /// A cluster notices late that a member has lost its folder.
    @Test func oneThatKnowsOfNoClusterIsRecreatedThoughTheClusterCallsItOnline() async throws {
        first.on(Self.members, Server.members([("DEV-00", "Online"), ("DEV-01", "Online")]))
        try await check()
        first.on(Self.instances, .prints(#"[{"name":"web-1","location":"DEV-01","status":"Error"}]"#))
        try await refusal("holds web-1, as the cluster says")
    }

    @Test func anOfflineMemberIsForgottenOnlyWhereTheClusterListsNothingOnIt() async throws {
        first.on(Self.members, Server.members([("DEV-00", "Online"), ("DEV-01", "Offline")]))
        try await check()
        first.on(Self.instances, .prints(#"[{"name":"web-1","location":"DEV-01","status":"Error"}]"#))
        try await refusal("holds web-1, as the cluster says")
        first.on(Self.instances, .prints("[]"))
        first.on(Self.pools, .prints(#"[{"name":"default"}]"#))
        first.on(
            "lxc query '/1.0/storage-pools/default/volumes/custom?recursion=1&all-projects=true'",
            .prints(#"[{"name":"data","config":{},"location":"DEV-01"}]"#))
        try await refusal("holds data, as the cluster says")
    }

    @Test func whereTheClusterDoesNotAnswerThereIsNoProof() async throws {
        first.on(Self.members, .ends(1, "no leader"))
        await #expect(throws: Failure.self) { try await check() }
        #expect(first.changes + machine.changes == [])
    }

    @Test func whoWasRenamedIsNamedInsteadOfJoiningAgain() async throws {
        first.on(Self.members, Server.members([("DEV-00", "Online"), ("web", "Online")]))
        machine.on(Self.server, Server.info(clustered: true, name: "web"))
        let bench = try Bench(members: 2, provider: StubProvider(inside: ["DEV-00": first, "DEV-01": machine]))
        let step = JoinMember(name: try .dev(1), first: try .dev(0))
        let failure = try await #require(throws: Failure.self) { try await step.isDone(bench.context) }
        #expect(failure.code == .conflict && failure.hint == "lxc cluster rename web DEV-01")
        let bootstrap = BootstrapCluster(name: try .dev(1))
        machine.on(Self.members, Server.members([("DEV-00", "Online"), ("web", "Online")]))
        await #expect(throws: Failure.self) { try await bootstrap.isDone(bench.context) }
    }
}

/// A first member that has lost its data begins no second cluster.
@Suite struct SecondClusterTests {
    private let inside = ScriptedRunner()
    private let other = ScriptedRunner()

    private func bench(_ state: Machine.State) throws -> Bench {
        inside.on("lxc query /1.0", Server.info())
        inside.on("lxd init --preseed", .works)
        let machines = [try MemberName.dev(1): Machine(state: state)]
        let provider = StubProvider(inside: ["DEV-00": inside, "DEV-01": other], machines: machines)
        let bench = try Bench(members: 2, provider: provider)
        bench.files.put("CERT\n", at: "\(Bench.folder)/endpoints/DEV-00/lxd/lxd.cert")
        return bench
    }

    private func refusal(_ bench: Bench) async throws {
        let step = BootstrapCluster(name: try .dev(0))
        let failure = try await #require(throws: Failure.self) { try await step.run(bench.context) }
        #expect(failure.code == .conflict && failure.hint?.contains("repair") == true)
        #expect(inside.changes.isEmpty)
    }

    @Test func noAnswerIsNotTakenForOutsideOfAnyCluster() async throws {
        let bench = try bench(.running)
        other.on("lxc query /1.0", .ends(1, "no socket"))
        try await refusal(bench)
        try await refusal(self.bench(.unreachable))
    }

    @Test func whoIsInTheClusterStillStopsIt() async throws {
        let bench = try bench(.running)
        other.on("lxc query /1.0", .ends(1, "no socket"), Server.info(clustered: true, name: "DEV-01"))
        try await refusal(bench)
    }

    @Test func whereAllSayThatTheyAreInNoneItBegins() async throws {
        let bench = try bench(.running)
        other.on("lxc query /1.0", .ends(1, "no socket"), Server.info(name: "DEV-01"))
        try await BootstrapCluster(name: try .dev(0)).run(bench.context)
        #expect(inside.changes == ["lxd init --preseed"])
    }
}

/// A join that fails because of others at the same time is repeated alone, on a fresh machine.
@Suite(.endsHangs) struct JoinCollisionTests {
    private static let removal = "lxd cluster remove-raft-node --quiet 10.64.0.11:8443"
    private static let data =
        "find /d -mindepth 2 -maxdepth 4 '(' -path '/d/images/*' -o -path '/d/storage-pools/*/*/*' ')' -prune -printf '%P\\n'"
    static let texts = [
        "Error: Failed to join cluster: Failed to join cluster: server ID already in use (1)",
        "Error: Failed to join cluster: Failed to join cluster: a configuration change is already in progress (5)",
        #"Error: Failed to join cluster: The server is missing the required "clustering" API extension"#,
    ]

    private let first = ScriptedRunner([
        PreseedTests.query: [Server.info(clustered: true)], "lxc query /1.0/cluster": [.prints(PreseedTests.pool)],
        Server.objects: [Server.rows()], Server.members: [Server.members(["DEV-00"], leader: 0)],
        "lxc cluster add DEV-01": [.prints("Member DEV-01 join token:\n\(PreseedTests.token)\n")],
        "lxc cluster remove --force --yes DEV-01": [.ends(1, "Error: Cluster member not found")], removal: [.works],
        "lxc query '/1.0/instances?recursion=1&all-projects=true'": [.prints("[]")],
        "lxc query '/1.0/storage-pools?recursion=1'": [.prints("[]")],
    ])
    private let machine = ScriptedRunner([
        PreseedTests.query: [Server.info(name: "none")], data: [.works],
        "lxc query '/1.0/operations?recursion=1'": [.prints("{}")],
    ])

    private func join(_ atOnce: Int) async throws -> (StubProvider, PlanContext, Failure?) {
        let provider = StubProvider(inside: ["DEV-00": first, "DEV-01": machine])
        let bench = try Bench(members: 2, provider: provider)
        bench.context.joinTurns.allow(atOnce)
        do {
            try await JoinMember(name: .dev(1), first: .dev(0)).run(bench.context)
            return (provider, bench.context, nil)
        } catch { return (provider, bench.context, Failure(error)) }
    }

    @Test(arguments: texts) func isRepeatedAlone(_ text: String) async throws {
        machine.on("lxd init --preseed", .ends(1, text), .works)
        let (provider, context, failure) = try await join(3)
        #expect(failure == nil)
        #expect(provider.log.map { $0.split(separator: " ")[0] } == ["remove", "create", "settle"])
        #expect(machine.changes == ["lxd init --preseed", "lxd init --preseed"])
        #expect(first.lines.filter { $0 == "lxc cluster add DEV-01" }.count == 2, "each try has a token of its own")
        #expect(
            context.remarks.all == [
                "DEV-01 could not join at the same time as others; it was recreated, and joined alone"
            ])
    }

    /// The second failure is reported; and so is the first where members join one after the other.
    @Test(arguments: [3, 1]) func isRepeatedOnceAtMost(_ atOnce: Int) async throws {
        machine.on("lxd init --preseed", .ends(1, Self.texts[0]))
        let (_, _, failure) = try await join(atOnce)
        #expect(failure?.output?.contains("server ID already in use") == true)
        #expect(machine.changes.count == (atOnce == 1 ? 1 : 2))
    }

    /// What holds something is not recreated.
    @Test func withoutProofNothingIsRecreated() async throws {
        machine.on("lxd init --preseed", .ends(1, Self.texts[0]))
        machine.on(Self.data, .prints("storage-pools/default/containers/web-1\n"))
        let (provider, _, failure) = try await join(3)
        #expect(failure?.code == .conflict && provider.log.isEmpty)
    }
}
