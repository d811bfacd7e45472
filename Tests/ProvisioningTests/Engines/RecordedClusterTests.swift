import Testing

@testable import Provisioning

/// How members join, what roles they have and how they are let in, engine by engine.
@Suite struct RecordedClusterTests {
    /// What a machine holds is looked for in its daemon's folders.
    private static let find =
        "find /d -mindepth 2 -maxdepth 4 '(' -path '/d/images/*' -o -path '/d/storage-pools/*/*/*' ')' -prune -printf '%P\\n'"

    private static func decode<Answer: Decodable>(_ type: Answer.Type, _ recorded: RecordedCase) throws -> Answer {
        try #require(recorded.succeeded)
        return try Command(recorded.argv[0], []).decode(type, from: recorded.stdout)
    }

    // MARK: Roles

    @Test(arguments: RecordedEngine.allCases)
    func aLeaderHasAVoteWhateverItsRoles(_ engine: RecordedEngine) throws {
        let members = try Self.decode([ClusterMember].self, engine.recorded("members, all online", .members))
        #expect(members.count == 3)
        #expect(members.filter(\.isLeader).map(\.name) == ["REC-00"])
        #expect(members.count(where: \.isVoter) == 3)
        #expect(members.allSatisfy { $0.isOnline })
    }

    @Test(arguments: RecordedEngine.allCases)
    func anEvacuatedMemberIsTold(_ engine: RecordedEngine) throws {
        let members = try Self.decode([ClusterMember].self, engine.recorded("members, one evacuated", .members))
        let evacuated = try #require(members.first { $0.isEvacuated })
        #expect(evacuated.name == "REC-02" && evacuated.isVoter == (engine != .lxd6), "LXD 6.9 takes its vote")
        #expect(members.count(where: \.isVoter) == (engine == .lxd6 ? 2 : 3))
    }

    @Test(arguments: RecordedEngine.allCases)
    func anOfflineMemberIsTold(_ engine: RecordedEngine) throws {
        let members = try Self.decode([ClusterMember].self, engine.recorded("members, one offline", .members))
        #expect(members.filter { $0.status == "Offline" }.map(\.name) == ["REC-02"])
    }

    /// Whatever the roles are called: those that were read are given back, and LXD accepts them.
    @Test(arguments: RecordedEngine.allCases)
    func aFailureDomainIsSetWithTheRolesThatWereRead(_ engine: RecordedEngine) async throws {
        let set = try engine.recorded("failure domain set with PUT", .members)
        let runner = RecordedRunner(try engine.recorded("one member", .members), set)
        try await LXC(runner, engine: engine.engine).setFailureDomain(of: "REC-01", to: "host-1")
        #expect(runner.commands.count == 2 && set.succeeded)
    }

    @Test(arguments: RecordedEngine.allCases)
    func aRoleThatIsLeftOutIsTriedAgain(_ engine: RecordedEngine) throws {
        let expected: EngineError? = engine == .lxd6 ? nil : .roleMissing
        #expect(try engine.recorded("PUT that leaves a role out", .members).error == expected)
    }

    // MARK: Values of members

    private static func object(_ kind: ClusterObject.Kind, _ name: String, _ form: String, _ own: [String: String])
        -> ClusterObject
    {
        var object = ClusterObject(kind: kind, name: name, project: kind == .network ? "default" : "", state: .created)
        (object.form, object.values) = (form, ["REC-00": own])
        return object
    }

    @Test(arguments: RecordedEngine.allCases)
    func aMembersOwnValuesAreNoOtherMembers(_ engine: RecordedEngine) throws {
        struct Cluster: Decodable { var member_config: [MemberConfigurationKey] }
        for name in [
            "cluster of one", "cluster with a macvlan network", "cluster of three, dir pool",
            "the same, asked of a joined member", "cluster with a dir pool and a bridge",
        ] {
            let asked = try Self.decode(Cluster.self, engine.recorded(name, .cluster)).member_config
            #expect(asked.contains { $0.key == "source" && $0.name == "default" })
            let keys = JoinValues([Self.object(.storagePool, "default", "dir", [:])])
                .keys(asked, with: [:], loopFileSize: "20GiB")
            #expect(keys.count == asked.count && keys.allSatisfy(\.value.isEmpty), "\(name)")
        }
    }

    /// The recording shows what came of it.
    @Test(arguments: RecordedEngine.allCases)
    func theSourceOfAnotherMemberIsRefused(_ engine: RecordedEngine) throws {
        #expect(try !engine.recorded("join with the source of another member", .join).succeeded)
        #expect(try engine.recorded("join without member_config", .join).succeeded)
    }

    /// What all members share is no member's own.
    @Test func aPoolInCephKeepsItsName() {
        let asked = [MemberConfigurationKey(entity: "storage-pool", name: "far", key: "source", value: "rbd")]
        let values = JoinValues([Self.object(.storagePool, "far", "ceph", ["source": "rbd"])])
        #expect(values.keys(asked, with: [:], loopFileSize: "20GiB").map(\.value) == ["rbd"])
    }

    /// Incus refuses a join without it, LXD makes a network without an interface: it is asked for before.
    @Test(arguments: RecordedEngine.allCases)
    func theParentOfAMacvlanIsAskedFor(_ engine: RecordedEngine) throws {
        let without = try engine.recorded("join without the keys of a macvlan network", .join)
        #expect(without.succeeded == !engine.isIncus)
        let values = JoinValues([Self.object(.network, "mv2", "macvlan", ["parent": "eth0"])])
        let failure = try #require(throws: Failure.self) {
            try values.check([(try .dev(3), [:])], command: "bcmcluster up -c DEV")
        }
        #expect(failure.hint?.contains("--member-config mv2.parent=VALUE") == true)
        try values.check([(try .dev(3), ["mv2.parent": "eth0"])], command: "")
        #expect(try engine.recorded("join with the keys of a macvlan network", .join).succeeded)
    }

    // MARK: Joins that fail

    @Test(arguments: RecordedEngine.allCases)
    func aTokenThatIsNotTakenIsRefusedTrust(_ engine: RecordedEngine) throws {
        for name in [
            "join with a token that a newer one has cancelled", "join with a token whose secret is wrong",
            "join with a token that was used",
        ] {
            #expect(try engine.recorded(name, .join).error == .trustRefused, "\(name)")
        }
        #expect(try engine.recorded("join of a server that is clustered already", .join).error == .alreadyClustered)
    }

    @Test(arguments: RecordedEngine.allCases)
    func aNameThatAMemberHasIsTakenForAnEarlierTry(_ engine: RecordedEngine) throws {
        let refusal: EngineError? = engine.isIncus ? .memberExists : nil
        for name in [
            "join token for a name that a member has",
            "join token for the name of a member that is gone and was not removed",
        ] {
            #expect(try engine.recorded(name, .join).error == refusal, "\(name)")
        }
        #expect(EngineError.ofEarlierTry.contains(.memberExists))
        if engine.isIncus { return }
        let name = "join of a fresh server under the name of a member that is gone and was not removed"
        let error = try #require(try engine.recorded(name, .join).error)
        let expected: EngineError = engine == .lxd5 ? .trustRefused : .certificateNameTaken
        #expect(error == expected)
        #expect(EngineError.ofEarlierTry.contains(error))
    }

    @Test(arguments: RecordedEngine.allCases)
    func theCertificateOfAFailedJoinKeepsItsName(_ engine: RecordedEngine) throws {
        let names = [
            "debris, made anew: join of a fresh server, the certificate of the failed one is still trusted",
            "debris, made anew: join of a fresh server after that",
        ]
        let isKept = [.lxd521, .lxd6].contains(engine)
        let refusal: EngineError? = isKept ? .certificateNameTaken : nil
        for name in names { #expect(try engine.recorded(name, .join).error == refusal) }
        #expect(EngineError.ofEarlierTry.contains(.certificateNameTaken))
        guard isKept else { return }
        // Neither frees the name.
        #expect(try engine.recorded("debris, made anew: the name removed by force", .join).error == .notFound)
        #expect(try !engine.recorded("debris, made anew: that certificate removed", .join).succeeded)
    }

    @Test("The name of a failed join is freed, and the new machine joins", arguments: [RecordedEngine.lxd521, .lxd6])
    func aNewMachineJoinsUnderTheNameOfAFailedJoin(_ engine: RecordedEngine) async throws {
        let refused = try engine.recorded("debris, made anew: join of a fresh server after that", .join)
        let forgotten = try engine.recorded("debris, made anew: the name removed by force", .join).result
        let server = try engine.recorded("server after clustering", .server).result
        let freed = try engine.recorded("an update", .sql).result
        let token = ScriptedRunner.Answer.prints("Member DEV-01 join token:\nTOKEN\n")
        let forget = "lxc cluster remove --force --yes DEV-01"
        let first = ScriptedRunner([
            "lxc query /1.0": [.result(server)], Server.objects: [Server.rows()],
            "lxc query /1.0/cluster": [.prints(#"{"member_config":[]}"#)], "lxc cluster add DEV-01": [token],
            Server.members: [Server.members(["DEV-00"], leader: 0)], Server.pending: [Server.rows()],
            Server.raft: [Server.rows([["10.64.0.10:8443"]])],
            forget: [.result(forgotten)],
            Server.freeing("DEV-01"): [.result(freed)],
            "lxd cluster remove-raft-node --quiet 10.64.0.11:8443": [.ends(1, "Error: No raft node with address")],
            "lxc query '/1.0/instances?recursion=1&all-projects=true'": [.prints("[]")],
            "lxc query '/1.0/storage-pools?recursion=1'": [.prints("[]")],
        ])
        let second = ScriptedRunner([
            "lxc query /1.0": [Server.info(name: "none", version: engine.version)],
            "lxd init --preseed": [.result(refused.result), .works], Self.find: [.works],
            "lxc query '/1.0/operations?recursion=1'": [.works],
        ])
        let provider = StubProvider(inside: ["DEV-00": first, "DEV-01": second])
        let bench = try Bench(members: 2, provider: provider)
        try await JoinMember(name: try .dev(1), first: try .dev(0)).run(bench.context)
        #expect(second.changes == ["lxd init --preseed", "lxd init --preseed"])
        #expect(first.changes.contains(Server.freeing("DEV-01")))
        #expect(provider.log == [], "the machine is new, and is not recreated")

        // A client's certificate can have the name as well, and is not ours to remove.
        second.on("lxd init --preseed", .result(refused.result))
        let failure = try await #require(throws: Failure.self) {
            try await JoinMember(name: try .dev(1), first: try .dev(0)).run(bench.context)
        }
        #expect(failure.code == .conflict && failure.hint?.contains("config trust list") == true)
    }

    /// The statement touches no certificate of a member.
    @Test func theCertificateOfAMemberIsKept() {
        let statement = LXC.removal(ofServerCertificate: "DEV-01")
        #expect(statement.contains("type = 3 AND name = 'DEV-01'"))
        #expect(
            statement.contains("NOT EXISTS (SELECT 1 FROM nodes n WHERE n.name = identities.name AND n.state <> 1)"))
        #expect(!statement.contains(";"), "LXD splits at them")
    }

    @Test(arguments: RecordedEngine.allCases)
    func theTokenIsOnTheLastLine(_ engine: RecordedEngine) async throws {
        let add = try engine.recorded("join token while a member is offline", .join)
        let token = try await LXC(RecordedRunner(add), engine: engine.engine).joinToken(for: "REC-06")
        #expect(token == "<token>")
    }

    // MARK: Clients

    @Test(arguments: RecordedEngine.allCases)
    func aCertificateIsAddedByTheWordsThatTheClientKnows(_ engine: RecordedEngine) async throws {
        let form = engine.isIncus ? "add-certificate - --name three" : "add - --name three"
        let added = try engine.recorded("trust add, as `\(form)`", .trust)
        #expect(added.succeeded)
        let runner = RecordedRunner(added)
        try await LXC(runner, engine: engine.engine).trust("CERTIFICATE", as: "three", isNamed: true)
        #expect(runner.commands.first?.input == "CERTIFICATE" && runner.commands.count == 1)
        // One that is trusted already is fine.
        let again = engine.isIncus ? "trust add-certificate by file, again" : "trust add by file, again"
        let refused = RecordedRunner(always: try engine.recorded(again, .trust))
        try await LXC(refused, engine: engine.engine).trust("CERTIFICATE", as: "three", isNamed: true)
    }

    @Test(arguments: RecordedEngine.allCases)
    func clientsAreToldFromMembers(_ engine: RecordedEngine) async throws {
        let runner = RecordedRunner(try engine.recorded("certificates by the API", .trust))
        #expect(try await LXC(runner, engine: engine.engine).trustedClients() == [])
        let listed = try Self.decode([TrustedClient].self, engine.recorded("trust list, json", .trust))
        #expect(listed.contains { $0.type == "client" } && listed.contains { $0.type == "server" })
    }

    @Test(arguments: RecordedEngine.allCases)
    func aSecondCertificateOfOneNameIsTaken(_ engine: RecordedEngine) throws {
        let second = try engine.recorded("trust add of a third client whose file has the name of the second's", .trust)
        let refusal: EngineError? = [.lxd521, .lxd6].contains(engine) ? .nameTaken : nil
        #expect(second.error == refusal)
        func name(_ body: String) -> String {
            ClientCertificate(text: "-----BEGIN CERTIFICATE-----\n\(body)\n-----END CERTIFICATE-----\n")
                .name { $0 == "USER" ? "kim" : nil }
        }
        let (one, other) = (name("AAAAAAAAAAAA"), name("AAAAAAAAAAAB"))
        #expect(one != other && one.hasPrefix("bcmcluster-kim-"))
    }

    @Test(arguments: RecordedEngine.allCases)
    func theAddressOfARemoteIsRead(_ engine: RecordedEngine) async throws {
        let runner = RecordedRunner(
            try engine.recorded("remote list, json", .trust), try engine.recorded("remote get-default", .trust))
        let remotes = LXCRemotes(runner, engine: engine.engine)
        let all = try await remotes.all()
        #expect(all["REC"]?.address == "https://10.171.0.10:8443")
        #expect(try await remotes.defaultRemote(among: all) == "local")
    }

    // MARK: The database

    @Test(arguments: RecordedEngine.allCases)
    func votersAreReadHoweverTheTableIsDrawn(_ engine: RecordedEngine) async throws {
        func voters(_ name: String) async throws -> [String] {
            let runner = RecordedRunner(try engine.recorded(name, .recovery))
            return try await LXD(runner, engine: engine.engine).voters(limit: .seconds(9)).map(\.description)
        }
        #expect(try await voters("list-database before clustering") == [])
        #expect(
            try await voters("list-database with the daemon off") == ["10.171.0.10", "10.171.0.11", "10.171.0.12"])
        #expect(try await voters("list-database after that") == ["10.171.0.10"])
    }

    @Test(arguments: RecordedEngine.allCases)
    func theDatabaseAnswersAllInTheSameForm(_ engine: RecordedEngine) async throws {
        let ages = RecordedRunner(try engine.recorded("heartbeat ages", .sql))
        #expect(
            try await LXC(ages, engine: engine.engine).heartbeatAges().keys.sorted() == ["REC-00", "REC-01", "REC-02"])
        let notes = RecordedRunner(always: try engine.recorded("notes of instances", .sql))
        #expect(try await LXC(notes, engine: engine.engine).notes(marks: "x", and: "y")["u1"]?.isVM == false)
        let none = RecordedRunner(always: try engine.recorded("no row", .sql))
        #expect(try await LXC(none, engine: engine.engine).pendingMembers() == [:])
        #expect(try engine.recorded("no such table", .sql).error == .noSuchTable)
        // LXD 5.0 and Incus keep certificates elsewhere.
        let missing = RecordedRunner(always: try engine.recorded("no such table", .sql))
        try await LXC(missing, engine: engine.engine).removeServerCertificate(of: "DEV-01")
    }

    @Test(arguments: RecordedEngine.allCases)
    func aFreshServerHoldsNothing(_ engine: RecordedEngine) async throws {
        let empty = try engine.recorded("holdings before clustering: storage pools", .server)
        struct Fresh: CommandRunner {
            let empty: RecordedCase
            let networks: RecordedCase
            func run(_ command: Command) async throws -> CommandResult {
                // Incus 6.0.4 prints nothing of an empty list, and the whole answer when it is asked for (not recorded).
                if command.arguments.contains("--raw") {
                    return CommandResult(output: #"{"type":"sync","status_code":200,"metadata":null}"#)
                }
                return command.arguments.last?.contains("networks") == true ? networks.result : empty.result
            }
        }
        let networks = try engine.recorded("holdings before clustering: networks", .server)
        let client = LXC(Fresh(empty: empty, networks: networks), engine: engine.engine)
        #expect(try await client.holdings() == [])
    }
}
