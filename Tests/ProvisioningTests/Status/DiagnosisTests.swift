import Testing

@testable import Provisioning

/// What follows from what was seen.
@Suite struct DiagnosisTests {
    /// Members of DEV that run and answer, each a voter; with changes.
    private func sight(
        _ count: Int, roles: [String] = ["database"],
        _ change: (inout Sight) throws -> Void = { _ in }
    ) throws -> Sight {
        var record = try Bench.record(count)
        record.remote = ClusterRecord.Remote(name: "DEV-00")
        let view = (0..<count).map { index in
            ClusterMember(
                name: "DEV-0\(index)", url: "https://10.64.0.1\(index):8443", database: true, status: "Online",
                message: "", roles: roles)
        }
        var members: [MemberStatus] = []
        for (index, entry) in view.enumerated() {
            var member = MemberStatus(name: entry.name, isRecorded: true, machine: .running, daemon: .answers)
            member.entry = entry
            member.version = "5.0.2"
            member.address = IPv4("10.64.0.1\(index)")
            members.append(member)
        }
        var sight = Sight(record: record, members: members, view: view)
        sight.remote = .present(address: "https://10.64.0.10:8443", isTrusted: true)
        try change(&sight)
        return sight
    }

    private func findings(_ sight: Sight) -> [Finding] { ClusterStatus(sight).findings }

    @Test func aClusterOfWhichNothingIsTheMatterIsHealthy() throws {
        let status = ClusterStatus(try sight(3))
        #expect(status.isHealthy && status.headline == "DEV is healthy: 3 members online." && status.remedy == nil)
        #expect(ClusterStatus(try sight(1)).headline == "DEV is healthy: 1 member online.")
    }

    /// How many voters are lost, of how many, and what that means.
    @Test(arguments: [
        (1, 3, Finding.oneLossStops(up: 2, of: 3)), (2, 3, .noMajority(answering: 1, of: 3)),
        (1, 5, nil), (2, 5, .oneLossStops(up: 3, of: 5)), (3, 5, .noMajority(answering: 2, of: 5)),
        (0, 2, nil), (1, 2, .noMajority(answering: 1, of: 2)),
    ])
    func theSentenceCountsVoters(_ lost: Int, _ all: Int, _ finding: Finding?) throws {
        let sight = try sight(all) { sight in for index in 0..<lost { sight.members[index].daemon = .silent } }
        let heads = findings(sight).filter { $0.member == nil }
        #expect(heads == [finding].compactMap { $0 })
        #expect(findings(sight).filter { $0.member != nil } == (try (0..<lost).map { .daemonDead(try .dev($0)) }))
    }

    @Test func whoHasNoVoteIsNotCounted() throws {
        var sight = try sight(4)
        for index in [2, 3] {
            sight.view?[index].roles = ["database-standby"]
            sight.view?[index].database = false
            sight.members[index].entry?.roles = ["database-standby"]
        }
        sight.members[3].machine = .stopped
        sight.members[3].daemon = .unasked
        #expect(findings(sight) == [.machineOff(try .dev(3))])
    }

    @Test func withoutAMajorityNobodyKnowsWhoIsInTheCluster() throws {
        let sight = try sight(3) { sight in
            sight.view = nil
            sight.remote = .missing
            for index in 0..<3 {
                sight.members[index].entry = nil
                if index > 0 { sight.members[index].daemon = .silent }
            }
        }
        #expect(
            findings(sight) == [
                .noMajority(answering: 1, of: 3), .daemonDead(try .dev(1)), .daemonDead(try .dev(2)),
                .remoteMissing("DEV-00"),
            ])
    }

    @Test func whatMovedAndWhatDiffersIsNamed() throws {
        let moved = try sight(3) { $0.members[1].address = IPv4("10.64.0.99") }
        #expect(
            ClusterStatus(moved).headline == "DEV-01 has moved to 10.64.0.99, and LXD knows it at 10.64.0.11.")
        let differing = try sight(3) { $0.members[2].version = "5.21.1" }
        #expect(
            findings(differing).first?.sentence
                == "the members run different versions of LXD: 5.0.2 on DEV-00, DEV-01; 5.21.1 on DEV-02")
    }

    @Test func membersThatOneSideDoesNotKnowAreNamed() throws {
        let unknownToUs = try sight(1) {
            $0.members.append(MemberStatus(name: "DEV-07", isRecorded: false, machine: nil, daemon: .unasked))
        }
        #expect(findings(unknownToUs) == [.stranger("DEV-07")])
        let unknownToLXD = try sight(2) {
            $0.members[1].entry = nil
            $0.view?.removeLast()
        }
        #expect(findings(unknownToLXD) == [.notJoined(try .dev(1))])
        var expelled = unknownToLXD
        expelled.members[1].isClustered = true
        #expect(findings(expelled) == [.expelled(try .dev(1))])
    }

    @Test func theRemoteIsHeldAgainstTheCluster() throws {
        func remote(_ remote: Sight.Remote) throws -> [Finding] { findings(try sight(1) { $0.remote = remote }) }
        #expect(try remote(.unknown) == [])
        #expect(try remote(.missing) == [.remoteMissing("DEV-00")])
        #expect(try remote(.present(address: nil, isTrusted: false)) == [.remoteStale("DEV-00")])
        let elsewhere = "https://10.9.9.9:8443"
        #expect(
            try remote(.present(address: elsewhere, isTrusted: true)) == [
                .remoteElsewhere("DEV-00", address: elsewhere)
            ])
    }

    @Test func aClusterThatIsOffOrGoneIsOneFinding() throws {
        #expect(findings(try sight(2) { $0.record.isGoing = true }) == [.halfDestroyed])
        let off = try sight(2) { sight in
            sight.view = nil
            for index in 0..<2 { sight.members[index].machine = .stopped }
        }
        #expect(findings(off) == [.stopped])
        #expect(findings(try sight(1) { $0.members[0].machine = nil }) == [.gone])
    }

    @Test func everySentenceStandsAloneAndHasALineToType() throws {
        let member = try MemberName.dev(1)
        let here = IPv4(bits: 1)
        let all: [Finding] = [
            .halfDestroyed, .gone, .stopped, .silent(running: 1, of: 2), .noMajority(answering: 1, of: 3),
            .oneLossStops(up: 2, of: 3), .machineMissing(member), .machineDeleted(member), .machineOff(member),
            .daemonDead(member), .daemonHangs(member), .daemonFails(member), .notJoined(member), .expelled(member),
            .notOnline(member, state: "offline"), .notOnline(member, state: "evacuated"), .stranger("X"),
            .moved(member, from: here, to: here), .versionsDiffer(["1": ["A"]]), .remoteMissing("R"),
            .remoteStale("R"), .remoteElsewhere("R", address: "A"),
        ]
        for finding in all {
            #expect(!finding.sentence.hasSuffix(".") && finding.sentence.count > 5)
            let remedy = finding.remedy(for: try ClusterName("DEV"))
            #expect(["bcmcluster ", "lxc ", "multipass "].contains { remedy.hasPrefix($0) })
        }
        #expect(Set(all.map(\.code)).count == all.count - 1, "each kind has a word of its own")
    }
}
