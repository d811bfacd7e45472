import Testing

@testable import Provisioning

/// What follows from what was seen.
@Suite struct DiagnosisTests {
    private func findings(_ observation: ClusterObservation) -> [Finding] { ClusterStatus(observation).findings }

    @Test func aClusterOfWhichNothingIsTheMatterIsHealthy() throws {
        let status = ClusterStatus(try ClusterObservation.dev(3))
        #expect(status.isHealthy && status.headline == "DEV is healthy: 3 members online." && status.hint == nil)
        #expect(ClusterStatus(try ClusterObservation.dev(1)).headline == "DEV is healthy: 1 member online.")
    }

    /// How many voters are lost, of how many, and what that means.
    @Test(arguments: [
        (1, 3, Finding.noFaultTolerance(up: 2, of: 3)), (2, 3, .noQuorum(answering: 1, of: 3)),
        (1, 5, nil), (2, 5, .noFaultTolerance(up: 3, of: 5)), (3, 5, .noQuorum(answering: 2, of: 5)),
        (0, 2, nil), (1, 2, .noQuorum(answering: 1, of: 2)),
    ])
    func theSentenceCountsVoters(_ lost: Int, _ all: Int, _ finding: Finding?) throws {
        let observation = try ClusterObservation.dev(all) { observation in
            for index in 0..<lost { observation.members[index].daemon = .silent }
        }
        let heads = findings(observation).filter { $0.member == nil }
        #expect(heads == [finding].compactMap { $0 })
        #expect(findings(observation).filter { $0.member != nil } == (try (0..<lost).map { .daemonDead(try .dev($0)) }))
    }

    @Test func runsThatWereCutOffAreFindingsOfAClusterWhoseMembersAreAllOnline() throws {
        let observation = try ClusterObservation.dev(2) { observation in
            observation.members[1].entry?.config = ["scheduler.instance": "manual", "user.bcm.scheduler": "all"]
            observation.interrupted = ["a", "b", "c", "d"]
        }
        let status = ClusterStatus(observation)
        #expect(
            status.findings == [.removalInterrupted(try .dev(1)), .instancesInterrupted(["a", "b", "c", "d"])])
        #expect(status.headline == "DEV-01 was being removed, which was interrupted.")
        #expect(status.hint == "bcmcluster member remove -c DEV DEV-01")
        #expect(status.findings[1].sentence == "interrupted while instances were being stopped: a, b, c and 1 more")
        #expect(status.findings[1].hint(for: status.cluster) == "bcmcluster start -c DEV")
    }

    @Test func whoHasNoVoteIsNotCounted() throws {
        var observation = try ClusterObservation.dev(4)
        for index in [2, 3] {
            observation.view?[index].roles = ["database-standby"]
            observation.members[index].entry?.roles = ["database-standby"]
        }
        observation.members[3].machine = .stopped
        observation.members[3].daemon = .notQueried
        #expect(findings(observation) == [.machineOff(try .dev(3))])
    }

    /// The members without a machine, the voters by number, and who could continue alone.
    @Test(arguments: [
        ([1, 2], [0, 1, 2], 0), ([0, 1], [0, 1, 2], 2), ([0], [0], 1), ([0], [0, 1, 2], nil), ([2], [0], nil),
        ([0, 1], [0, 1, 3], 3),
    ])
    func aMajorityThatHasNoMachinesIsGone(_ missing: [Int], _ voters: [Int], _ survivor: Int?) throws {
        let observation = try ClusterObservation.dev(4) { observation in
            for index in missing {
                observation.members[index].machine = nil
                observation.members[index].address = nil
                observation.members[index].daemon = .notQueried
            }
            observation.voters = voters.compactMap { IPv4("10.64.0.1\($0)") }
        }
        let gone = survivor.map { Finding.quorumLost(survivor: try! .dev($0), voters: voters.count) }
        #expect(findings(observation).contains { if case .quorumLost = $0 { true } else { false } } == (gone != nil))
        if let gone { #expect(findings(observation).first == gone) }
    }

    @Test func aMemberThatHasLostItsDataIsNotTakenForOnline() throws {
        let observation = try ClusterObservation.dev(3) { $0.members[0].isClustered = false }
        #expect(findings(observation).contains(.dataLost(try .dev(0))))
    }

    /// As after `up` on a cluster that had lost its majority: machines are there again, and hold nothing.
    @Test func aVoteIsGoneWithItsDataAlsoWhereItsMachineIsThereAgain() throws {
        let observation = try ClusterObservation.dev(4) { observation in
            observation.view = nil
            observation.voters = (0..<3).compactMap { IPv4("10.64.0.1\($0)") }
            for index in 0..<4 {
                observation.members[index].entry = nil
                observation.members[index].isClustered = index == 1
            }
        }
        #expect(
            findings(observation) == [
                .quorumLost(survivor: try .dev(1), voters: 3), .dataLost(try .dev(0)), .dataLost(try .dev(2)),
                .notJoined(try .dev(3)),
            ])
    }

    @Test func whereAVoterMayHaveMovedItsVoteIsNotGone() throws {
        let observation = try ClusterObservation.dev(3) { observation in
            observation.members[2].machine = nil
            observation.members[1].address = IPv4("10.64.0.99")
            observation.voters = (0..<3).compactMap { IPv4("10.64.0.1\($0)") }
        }
        #expect(!findings(observation).contains { if case .quorumLost = $0 { true } else { false } })
    }

    @Test func withoutAMajorityNobodyKnowsWhoIsInTheCluster() throws {
        let observation = try ClusterObservation.dev(3) { observation in
            observation.view = nil
            observation.remote = .missing
            for index in 0..<3 {
                observation.members[index].entry = nil
                if index > 0 { observation.members[index].daemon = .silent }
            }
        }
        #expect(
            findings(observation) == [
                .noQuorum(answering: 1, of: 3), .daemonDead(try .dev(1)), .daemonDead(try .dev(2)),
                .remoteMissing("DEV-00"),
            ])
    }

    @Test func whatMovedAndWhatDiffersIsNamed() throws {
        let moved = try ClusterObservation.dev(3) { $0.members[1].address = IPv4("10.64.0.99") }
        #expect(
            ClusterStatus(moved).headline == "DEV-01 has moved to 10.64.0.99, but LXD expects it at 10.64.0.11.")
        let differing = try ClusterObservation.dev(3) { $0.members[2].version = "5.21.1" }
        #expect(
            findings(differing).first?.sentence
                == "the members run different versions of LXD: 5.0.2 on DEV-00, DEV-01; 5.21.1 on DEV-02")
    }

    @Test func membersThatOneSideDoesNotKnowAreNamed() throws {
        let unknownToUs = try ClusterObservation.dev(1) {
            $0.members.append(MemberStatus(name: "DEV-07", isInState: false, machine: nil, daemon: .notQueried))
        }
        #expect(findings(unknownToUs) == [.stranger("DEV-07")])
        let unknownToLXD = try ClusterObservation.dev(2) {
            $0.members[1].entry = nil
            $0.members[1].isClustered = false
            $0.view?.removeLast()
        }
        #expect(findings(unknownToLXD) == [.notJoined(try .dev(1))])
        var expelled = unknownToLXD
        expelled.members[1].isClustered = true
        #expect(findings(expelled) == [.expelled(try .dev(1))])
    }

    @Test func theRemoteIsHeldAgainstTheCluster() throws {
        func remote(_ remote: ClusterObservation.Remote) throws -> [Finding] {
            findings(try ClusterObservation.dev(1) { $0.remote = remote })
        }
        #expect(try remote(.unknown) == [])
        #expect(try remote(.missing) == [.remoteMissing("DEV-00")])
        #expect(try remote(.present(address: nil, isTrusted: false)) == [.remoteStale("DEV-00")])
        let elsewhere = "https://10.9.9.9:8443"
        #expect(
            try remote(.present(address: elsewhere, isTrusted: true)) == [
                .remoteElsewhere("DEV-00", address: elsewhere)
            ])
    }

    /// What comes of asking by the remote, and what the user is told; not where it follows from something else.
    @Test func theClientAccessIsPartOfHealth() throws {
        func way(
            _ way: ClientAccess, _ change: (inout ClusterObservation) -> Void = { _ in }
        ) throws -> [Finding] {
            findings(
                try ClusterObservation.dev(2) {
                    $0.clientAccess = way
                    change(&$0)
                })
        }
        #expect(try way(.open) == [] && way(.unknown) == [])
        #expect(try way(.untrusted) == [.clientUntrusted("DEV-00")])
        #expect(try way(.otherCertificate) == [.certificateChanged("DEV-00")])
        let closed = ClientAccess.closed("connection refused")
        #expect(
            try way(closed) == [
                .apiUnreachable("DEV-00", address: "https://10.64.0.10:8443", "connection refused")
            ])
        let first = try MemberName.dev(0)
        #expect(try way(closed) { $0.members[0].daemon = .silent }.contains(.daemonDead(first)))
        #expect(try !way(closed) { $0.members[0].daemon = .silent }.contains { $0.code == "api-unreachable" })
        let mismatch = ServerInfo.AddressMismatch(expected: "10.64.0.10:8443")
        #expect(try way(closed) { $0.members[0].addressMismatch = mismatch } == [.apiNotListening(first, mismatch)])
        let fault = NetworkFault(.rules("bcm1", chains: []))
        #expect(try way(closed) { $0.networkFaults = [fault] } == [.network(fault)])
        #expect(try way(.otherCertificate) { $0.networkFaults = [fault] } == [.network(fault)])
        #expect(try way(.untrusted) { $0.remote = .missing } == [.remoteMissing("DEV-00")], "that comes first")
    }

    /// What is wrong with the network is said before what follows from it, and of hosts with running machines alone.
    @Test func theNetworkOfTheMachinesIsPartOfHealth() throws {
        let bridge = NetworkFault(.bridge("bcm1"))
        let cut = try ClusterObservation.dev(3) {
            $0.networkFaults = [bridge]
            $0.hasNoLeader = true
            $0.view = nil
        }
        #expect(findings(cut) == [.network(bridge), .noQuorum(answering: 3, of: 3)])
        let off = try ClusterObservation.dev(2) {
            $0.networkFaults = [bridge]
            for index in 0..<2 { $0.members[index].machine = .stopped }
        }
        #expect(findings(off) == [.stopped], "starting it makes the bridge")
    }

    @Test func slowIsNotUnhealthy() throws {
        let status = ClusterStatus(try ClusterObservation.dev(3) { $0.slowness = .milliseconds(1800) })
        #expect(status.isHealthy && status.hint == nil && status.headline == "DEV is healthy: 3 members online.")
        #expect(status.rest.map(\.sentence) == ["slow: 1.8s for an answer"])
        let both = ClusterStatus(
            try ClusterObservation.dev(3) {
                $0.slowness = .seconds(2)
                $0.members[1].daemon = .silent
            })
        #expect(!both.isHealthy && both.rest.map(\.code) == ["daemon-dead", "slow"])
    }

    @Test("A version that is not known is said once, as a note, with the one that it is treated as")
    func unknownVersion() throws {
        let known = ClusterStatus(
            try ClusterObservation.dev(3) { for index in 0..<3 { $0.members[index].version = "5.0.2" } })
        #expect(known.findings == [])
        let status = ClusterStatus(
            try ClusterObservation.dev(3) { for index in 0..<3 { $0.members[index].version = "6.77" } })
        #expect(status.isHealthy && status.exitStatus == 0)
        #expect(
            status.rest.map(\.sentence) == [
                "LXD 6.77 is not known to this version of bcmcluster, which treats it as 6.9"
            ])
    }

    @Test func unhealthyInstancesAreANoteForEachUnit() throws {
        let status = ClusterStatus(
            try ClusterObservation.dev(3) {
                $0.unhealthy["web"] = [("web-10", "tcp 80: connection refused"), ("web-2", "is slow")]
                $0.unhealthy["db"] = [("db-1", "exec ready: exit status 1")]
            })
        #expect(status.isHealthy && status.exitStatus == 0)
        #expect(
            status.rest.map(\.sentence) == [
                "unhealthy: db-1 (db-1: exec ready: exit status 1)", "unhealthy: web-2, web-10 (web-2: is slow)",
            ])
        #expect(status.rest.map { status.hint(of: $0) } == ["bcmcluster ps -c DEV db", "bcmcluster ps -c DEV web"])
    }

    @Test func aClusterThatIsOffOrGoneIsOneFinding() throws {
        #expect(findings(try ClusterObservation.dev(2) { $0.state.isDeleting = true }) == [.deletionIncomplete])
        let off = try ClusterObservation.dev(2) { observation in
            observation.view = nil
            for index in 0..<2 { observation.members[index].machine = .stopped }
        }
        #expect(findings(off) == [.stopped])
        #expect(findings(try ClusterObservation.dev(1) { $0.members[0].machine = nil }) == [.gone])
    }

    /// One of each kind, and of some kinds more.
    static func everyFinding() throws -> [Finding] {
        let member = try MemberName.dev(0)
        let here = IPv4(bits: 1)
        return [
            .changing(ClusterChange(cluster: try ClusterName("DEV"))), .interrupted(try ClusterName("DEV")),
            .unfinished(try ClusterName("DEV"), steps: ["create the bridge"]),
            .deletionIncomplete, .importIncomplete("/srv/dev.tar"), .gone, .stopped, .silent(running: 1, of: 2),
            .noQuorum(answering: 1, of: 3),
            .noFaultTolerance(up: 2, of: 3), .machineMissing(member),
            .machineDeleted(member, hint: "multipass recover"),
            .machineOff(member),
            .daemonDead(member), .daemonHangs(member), .daemonFails(member), .notJoined(member), .dataLost(member),
            .expelled(member),
            .notOnline(member, state: "offline"), .notOnline(member, state: "evacuated"), .stranger("X"),
            .moved(member, from: here, to: here), .versionsDiffer(["1": ["A"]]), .remoteMissing("R"),
            .remoteStale("R"), .remoteElsewhere("R", address: "A"), .clientUntrusted("R"), .certificateChanged("R"),
            .apiUnreachable("R", address: "A", "connection refused"), .slow(.seconds(2)),
            .versionUnknown("9.9", treatedAs: "6.9"), .drifted(from: "/srv/dev.toml", ["the pool fast is missing"]),
            .unhealthy(unit: "web", ["web-1"], "web-1: tcp 80: connection refused"),
            .apiNotListening(member, ServerInfo.AddressMismatch(expected: "A:1")), .network(NetworkFault(.claim)),
            .network(NetworkFault(.bridge("b"))), .network(NetworkFault(.cables([member]))),
            .network(NetworkFault(.tunnel("x"))), .network(NetworkFault(.links([member]))),
            .network(NetworkFault(.rules("t", chains: ["input"]))),
            .network(NetworkFault(.forwarding(["eth0"]))),
        ]
    }

    @Test func everySentenceStandsAloneAndHasALineToType() throws {
        let all = try Self.everyFinding()
        for finding in all {
            #expect(!finding.sentence.hasSuffix(".") && finding.sentence.count > 5)
            let hint = finding.hint(for: try ClusterName("DEV"))
            #expect(["bcmcluster ", "lxc ", "multipass "].contains { hint.hasPrefix($0) })
        }
        #expect(Set(all.map(\.code)).count == all.count - 1, "each kind has a word of its own")
    }
}
