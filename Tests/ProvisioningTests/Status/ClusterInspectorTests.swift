import Testing

@testable import Provisioning

@Suite struct SurveyTests {
    private static let members = "lxc query '/1.0/cluster/members?recursion=1'"
    private static let voters = "lxd cluster list-database"
    private static let server = "lxc query /1.0"
    private static let silent = ScriptedRunner.Answer.ends(1, "dial unix /x/unix.socket: connect: connection refused")
    private static let late = ScriptedRunner.Answer.failure(Failure(.timedOut, "too long"))

    private func bench(
        _ states: [Machine.State?], remote: ClusterState.Remote? = nil, _ inside: [String: ScriptedRunner]
    ) throws -> Bench {
        var machines: [MemberName: Machine] = [:]
        for (index, state) in states.enumerated() { if let state { machines[try .dev(index)] = Machine(state: state) } }
        let bench = try Bench(
            members: states.count, provider: StubProvider(inside: inside, machines: machines), remote: remote)
        // Of a cluster that was bootstrapped once.
        bench.files.put("OWN", at: bench.context.folder.certificate(try .dev(0), .lxd))
        return bench
    }

    private func brief(_ states: [Machine.State?], _ members: [(String, String)]?) async throws -> String {
        let inside = ScriptedRunner([
            Self.members: [members.map { Server.members($0) } ?? .ends(1, "no")],
            Self.server: [members == nil ? Self.silent : Server.info(clustered: true)],
            Self.voters: [.ends(1, "not clustered")],
        ])
        let all = Dictionary(uniqueKeysWithValues: (0..<states.count).map { ("DEV-0\($0)", inside) })
        return try await ClusterInspector(try bench(states, all).context, .brief).status().brief
    }

    /// A host whose firewall gives no answer costs what is known of it, and not the answer.
    @Test(.endsHangs) func theNetworkIsNotWaitedForBeyondTheEnd() async throws {
        let inside = ScriptedRunner([
            Self.members: [Server.members([("DEV-00", "Online")])], Self.server: [Server.info(clustered: true)],
            "lxc query /1.0/storage-pools/default/resources": [.ends(1, "no")],
            "lxc query '/1.0/instances?recursion=1&all-projects=true'": [.ends(1, "no")],
            Self.clients: [.ends(1, "no")],
        ])
        let provider = StubProvider(
            inside: ["DEV-00": inside], machines: [try .dev(0): Machine(state: .running)])
        provider.hangsOnNetwork.withLock { $0 = true }
        let observation = try await ClusterInspector(try Bench(provider: provider).context, .full).observation()
        #expect(observation.networkFaults.isEmpty && observation.view?.count == 1)
    }

    private static let clients = "lxc query '/1.0/certificates?recursion=1'"
    private static let fingerprint = "0123456789ab" + String(repeating: "c", count: 52)

    /// `lxc cluster rename DEV-01 web`: the machine is the same, by its own word or by its address.
    @Test(arguments: ["web", "none"])
    func aRenamedMemberIsNamed(_ own: String) async throws {
        let entries = Server.members(
            [("DEV-00", "Online"), ("web", "Online")],
            at: ["DEV-00": "https://10.64.0.10:8443", "web": "https://10.64.0.11:8443"])
        let first = ScriptedRunner([Self.members: [entries], Self.server: [Server.info(clustered: true)]])
        let second = ScriptedRunner([Self.members: [entries], Self.server: [Server.info(clustered: true, name: own)]])
        let machines = try Dictionary(
            uniqueKeysWithValues: (0..<2).map {
                (try MemberName.dev($0), Machine(state: .running, address: IPv4("10.64.0.1\($0)")))
            })
        let bench = try Bench(
            members: 2, provider: StubProvider(inside: ["DEV-00": first, "DEV-01": second], machines: machines))
        let status = try await ClusterInspector(bench.context, .roles).status()
        #expect(status.findings == [.renamed(try .dev(1), to: "web")])
        #expect(status.members.map(\.name) == ["DEV-00", "DEV-01"], "and it is no unknown member besides")
        #expect(status.hint == "lxc cluster rename web DEV-01")
        #expect(RepairPlan(for: try Bench.state(2), status.findings).lost == [], "repair recreates nothing")
        let failure = try #require(throws: Failure.self) {
            try RemoveMemberPlan.plan(for: .dev(1), of: Bench.state(2), status, isForced: true)
        }
        #expect(failure.code == .conflict && failure.hint == "lxc cluster rename web DEV-01")
    }

    @Test func aClusterIsDescribedByWhatItAnswers() async throws {
        let online = [("DEV-00", "Online"), ("DEV-01", "Online")]
        #expect(try await brief([.running, .running], online) == "online")
        #expect(
            try await brief([.running, .running], [("DEV-00", "Online"), ("DEV-01", "Evacuated")])
                == "1 of 2 members online: DEV-01 is evacuated")
        #expect(
            try await brief([.running, .running, .running], online + [("DEV-02", "Offline")])
                == "2 of 3 members online: DEV-02 is offline")
        #expect(
            try await brief([.stopped, .running, .running], online + [("DEV-02", "Online")])
                == "2 of 3 members online: DEV-00 does not run", "asked of those that run")
        #expect(
            try await brief([nil, .running, .running], online + [("DEV-02", "Online")])
                == "2 of 3 members online: DEV-00 has no machine")
        #expect(
            try await brief([.running, .running], [("DEV-00", "Online")])
                == "1 of 2 members online: DEV-01 was removed from the cluster without its knowledge")
        #expect(try await brief([.stopped, .stopped], nil) == "stopped")
        #expect(try await brief([.running, .stopped], nil) == "1 of 2 machines run, and LXD answers on none")
        #expect(try await brief([nil, nil], nil).hasPrefix("no machine is left"))
    }

    /// What the connection to a host costs is no answer of a daemon's.
    @Test func aLostConnectionIsNoAnswer() async throws {
        let lost = ScriptedRunner.Answer.failure(Failure(.unreachable, "host h1 is unreachable"))
        let gone = ScriptedRunner([Self.members: [lost], Self.server: [lost], Self.voters: [lost]])
        let all = ["DEV-00": gone, "DEV-01": gone, "DEV-02": gone]
        let status = try await ClusterInspector(try bench([.running, .running, .running], all).context, .roles).status()
        #expect(status.findings.first?.code == "no-cluster-answer", "\(status.findings)")
        #expect(status.findings.dropFirst().map(\.code) == ["no-answer", "no-answer", "no-answer"])
    }

    /// The longer it takes to open a connection, the longer an answer may take, up to a bound for the whole.
    @Test func theLimitsFollowFromTheWay() {
        let near = ClusterInspector.Depth.thorough.over(.milliseconds(300))
        #expect(near.limit == .seconds(3) && near.commandLimit == .seconds(4))
        for seconds in 1...8 {
            let far = ClusterInspector.Depth.thorough.over(.seconds(seconds))
            #expect(far.limit >= .seconds(3) && far.limit <= .seconds(8) && far.common == far.limit)
            #expect(far.end + .seconds(seconds) <= .seconds(15) && far.end >= .seconds(6))
        }
        #expect(ClusterInspector.Depth.thorough.over(.seconds(3)).limit == .seconds(6))
    }

    @Test func whileTheMembersChooseALeaderTheyAreAskedAgain() async throws {
        let gone = ScriptedRunner([Self.members: [Self.silent], Self.server: [Self.silent]])
        let view = Server.members([("DEV-00", "Online"), ("DEV-01", "Online"), ("DEV-02", "Online")])
        let others = ScriptedRunner([
            Self.members: Array(repeating: .ends(1, "no leader"), count: 4) + [view],
            Self.server: [Server.info(clustered: true)],
        ])
        let chosen = try bench([.running, .running, .running], ["DEV-00": gone, "DEV-01": others, "DEV-02": others])
        #expect(
            try await ClusterInspector(chosen.context, .brief).status().brief
                == "2 of 3 members online: DEV-00 does not answer")
        #expect(chosen.time.elapsed == .seconds(1))
        let none = try bench([.running, .running], ["DEV-00": gone, "DEV-01": gone])
        #expect(
            try await ClusterInspector(none.context, .brief).status().brief
                == "2 of 2 machines run, and LXD answers on none")
        #expect(none.time.elapsed == .zero, "nobody is there to wait for")
    }

    @Test func everyFactOfAMemberIsAskedFor() async throws {
        let inside = ScriptedRunner([
            Self.members: [Server.members([("DEV-00", "Online"), ("OTHER", "Online")])],
            Self.server: [Server.info(clustered: true)],
            "lxc query /1.0/storage-pools/default/resources": [.prints(#"{"space":{"used":5,"total":9}}"#)],
            "lxc query '/1.0/instances?recursion=1&all-projects=true'": [
                .prints(#"[{"name":"a","location":"DEV-00","status":"Running"}]"#)
            ],
            Self.clients: [
                .prints(
                    """
                    [{"name":"DEV-00","type":"server","certificate":"S","fingerprint":"0"},
                    {"name":"me","type":"client","certificate":"-----BEGIN\\nOWN\\n-----END","fingerprint":"1"},
                    {"name":"thief","type":"client","certificate":"T","fingerprint":"\(Self.fingerprint)"}]
                    """)
            ],
        ])
        let bench = try bench([.running], remote: ClusterState.Remote(name: "DEV-00"), ["DEV-00": inside])
        bench.files.put("-----BEGIN\nOWN\n-----END\n", at: "/conf/client.crt")
        bench.runner.on("lxc remote list --format json", .prints("{}"))
        let status = try await ClusterInspector(bench.context, .full).status()
        let member = try #require(status.members.first)
        #expect(member.isOnline && member.version == "5.0.2" && member.instances == 1)
        #expect(member.storage == StorageUse(used: 5, total: 9))
        #expect(status.members.map(\.name) == ["DEV-00", "OTHER"])
        let foreign = Finding.foreignClient("thief", fingerprint: "0123456789ab")
        #expect(status.findings == [.stranger("OTHER"), foreign, .remoteMissing("DEV-00")])
        try await bench.context.store.update { $0.clients = [Self.fingerprint] }
        #expect(
            try await !ClusterInspector(bench.context, .full).status().findings.contains(foreign),
            "accepted by the user")
        #expect(inside.commands.allSatisfy { $0.effect == .reads && $0.limit < .seconds(2) })
    }

    @Test func whoHasAVoteIsAskedOfTheFilesWhereMachinesAreGone() async throws {
        let inside = ScriptedRunner([
            Self.members: [.ends(1, "no leader")], Self.server: [Server.info(clustered: true)],
            Self.voters: [.prints("| 10.64.0.10:8443 |\n| 10.64.0.11:8443 |\n| 10.64.0.12:8443 |\n")],
        ])
        let machine = Machine(state: .running, address: IPv4("10.64.0.12"))
        let bench = try Bench(
            members: 3, provider: StubProvider(inside: ["DEV-02": inside], machines: [try .dev(2): machine]))
        let status = try await ClusterInspector(bench.context, .roles).status()
        #expect(
            status.findings == [
                .quorumLost(survivor: try .dev(2), voters: 3), .machineMissing(try .dev(0)),
                .machineMissing(try .dev(1)),
            ])
    }

    /// As after `up` where the machine was lost: its daemon answers, and knows nothing.
    @Test func whoHasAVoteIsAskedOfThoseThatStillHaveTheirData() async throws {
        let blank = ScriptedRunner([
            Self.members: [.ends(1, "Server is not clustered")], Self.server: [Server.info(clustered: false)],
        ])
        let left = ScriptedRunner([
            Self.members: [.ends(1, "no leader")], Self.server: [Server.info(clustered: true)],
            Self.voters: [.prints("| 10.64.0.10:8443 |\n| 10.64.0.11:8443 |\n")],
        ])
        let machines = try Dictionary(
            uniqueKeysWithValues: (0..<2).map {
                (try MemberName.dev($0), Machine(state: .running, address: IPv4("10.64.0.1\($0)")))
            })
        let provider = StubProvider(inside: ["DEV-00": blank, "DEV-01": left], machines: machines)
        let status = try await ClusterInspector(try Bench(members: 2, provider: provider).context, .roles).status()
        #expect(
            status.findings == [.quorumLost(survivor: try .dev(1), voters: 2), .dataLost(try .dev(0))])
    }

    @Test func aMemberThatHangsCostsOneRow() async throws {
        let hanging = ScriptedRunner([
            Self.members: [Self.late], Self.server: [Self.late],
            "lxc query /1.0/storage-pools/default/resources": [Self.late],
        ])
        let well = ScriptedRunner([
            Self.members: [Server.members([("DEV-00", "Online"), ("DEV-01", "Online"), ("DEV-02", "Online")])],
            Self.server: [Server.info(clustered: true)],
            "lxc query /1.0/storage-pools/default/resources": [.ends(1, "no pool")],
            "lxc query '/1.0/instances?recursion=1&all-projects=true'": [Self.late], Self.clients: [Self.late],
        ])
        let bench = try bench(
            [.running, .running, .running], ["DEV-00": hanging, "DEV-01": well, "DEV-02": well])
        let status = try await ClusterInspector(bench.context, .full).status()
        #expect(status.members.map(\.lxdLabel) == ["no answer", "online", "online"])
        #expect(status.findings == [.noAnswer(try .dev(0), within: .milliseconds(1200))])
        #expect(status.members.allSatisfy { $0.instances == nil && $0.storage == nil })
    }

    private func late(machineAnswers: Bool) throws -> Bench {
        let hanging = ScriptedRunner([
            Self.members: [Self.late], Self.server: [Self.late],
            "lxc query /1.0/storage-pools/default/resources": [Self.late],
            "true": [machineAnswers ? .works : Self.late],
        ])
        let well = ScriptedRunner([
            Self.members: [Server.members([("DEV-00", "Online"), ("DEV-01", "Online"), ("DEV-02", "Online")])],
            Self.server: [Server.info(clustered: true)],
            "lxc query /1.0/storage-pools/default/resources": [.ends(1, "no pool")],
            "lxc query '/1.0/instances?recursion=1&all-projects=true'": [Self.late], Self.clients: [Self.late],
        ])
        return try bench([.running, .running, .running], ["DEV-00": hanging, "DEV-01": well, "DEV-02": well])
    }

    /// A timeout alone is no ground to restart anything: the machine must answer meanwhile.
    @Test func aDaemonHangsWhereItsMachineAnswersMeanwhile() async throws {
        let proven = try await ClusterInspector(try late(machineAnswers: true).context, .proven).status()
        #expect(proven.findings == [.noFaultTolerance(up: 2, of: 3), .daemonHangs(try .dev(0))])
        let steps = RepairPlan(for: try Bench.state(3), proven.findings).plan.entries.map(\.step.title)
        #expect(steps.contains("restart the daemon"))
        let unknown = try await ClusterInspector(try late(machineAnswers: false).context, .proven).status()
        #expect(unknown.findings.count == 1 && unknown.findings[0].code == "machine-hangs")
        #expect(unknown.hint == "bcmcluster stop -c DEV, then bcmcluster start -c DEV")
        #expect(RepairPlan(for: try Bench.state(3), unknown.findings).plan.entries.isEmpty)
    }

    /// Healthy clusters that took longer than the limit were called leaderless.
    @Test func aClusterThatIsSlowIsNotCalledLeaderless() async throws {
        let slow = ScriptedRunner([Self.members: [Self.late], Self.server: [Server.info(clustered: true)]])
        let all = ["DEV-00": slow, "DEV-01": slow, "DEV-02": slow]
        let bench = try bench([.running, .running, .running], all)
        #expect(
            try await ClusterInspector(bench.context, .roles).status().findings == [
                .noClusterAnswer(within: .seconds(5))
            ])
        let silent = ScriptedRunner([Self.members: [Self.silent], Self.server: [Self.silent]])
        let alone = try self.bench(
            [.running, .running, .running], ["DEV-00": slow, "DEV-01": silent, "DEV-02": silent])
        #expect(
            try await ClusterInspector(alone.context, .roles).status().findings.first
                == .noQuorum(answering: 1, of: 3),
            "two of three are certainly not there")
        let leaderless = ScriptedRunner([
            Self.members: [.ends(1, "Error: Failed to begin transaction: no available dqlite leader server found")],
            Self.server: [Server.info(clustered: true)],
        ])
        let told = try self.bench(
            [.running, .running], ["DEV-00": leaderless, "DEV-01": leaderless])
        #expect(
            try await ClusterInspector(told.context, .roles).status().findings == [.noQuorum(answering: 2, of: 2)])
    }

    /// Where the way into the machines is slow, the user's client may be faster; only a remote that is certainly this
    /// cluster's is asked.
    @Test(arguments: [true, false]) func theUsersRemoteIsAskedWhereTheMachinesAreSlow(_ isPinned: Bool) async throws {
        let slow = ScriptedRunner([Self.members: [Self.late], Self.server: [Self.late]])
        let machines = try Dictionary(
            uniqueKeysWithValues: (0..<2).map { (try MemberName.dev($0), Machine(state: .running)) })
        let provider = StubProvider(
            inside: ["DEV-00": slow, "DEV-01": slow], machines: machines, answerTimeout: .seconds(6))
        let bench = try Bench(members: 2, provider: provider, remote: ClusterState.Remote(name: "DEV-00"))
        bench.runner.on(
            "lxc query 'DEV-00:/1.0/cluster/members?recursion=1'",
            Server.members([("DEV-00", "Online"), ("DEV-01", "Online")]))
        bench.files.put("OWN", at: bench.context.folder.certificate(try .dev(0), .lxd))
        bench.files.put(isPinned ? "OWN" : "OTHER", at: "/conf/servercerts/DEV-00.crt")
        let status = try await ClusterInspector(bench.context, .roles).status()
        let late = try (0..<2).map { Finding.noAnswer(try .dev($0), within: .seconds(6)) }
        #expect(status.findings == (isPinned ? late : [.noClusterAnswer(within: .seconds(6))] + late))
    }
}
