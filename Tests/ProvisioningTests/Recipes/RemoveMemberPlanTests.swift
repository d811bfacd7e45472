import Testing

@testable import Provisioning

/// In which order a member goes.
@Suite struct RemoveMemberPlanTests {
    private func plan(
        _ member: Int, of count: Int = 3, isForced: Bool = false, _ change: (inout Sight) throws -> Void = { _ in }
    ) throws -> Plan {
        let sight = try Sight.dev(count, change)
        return try RemoveMemberPlan.plan(
            for: try .dev(member), of: sight.record, ClusterStatus(sight), isForced: isForced)
    }

    private func names(_ plan: Plan) -> [String] { plan.entries.map(\.step.identifier) }

    @Test func whatLivesThereMovesBeforeItLeaves() throws {
        let plan = try plan(1)
        #expect(
            names(plan) == [
                "DEV-01 move its instances to other members", "DEV-01 leave the cluster", "DEV-01 remove the machine",
                "DEV-01 strike it from the record", "wait for LXD to spread the votes",
                "DEV-01 let new instances onto it again",
            ])
        #expect(plan.entries[5].evenIfCancelled && plan.entries[5].regardless == [1, 4])
        for (index, before) in [(1, 0), (2, 1), (3, 2), (4, 1)] {
            #expect(plan.entries[index].after.contains(before))
        }
    }

    @Test func aHostWhoseLastMemberGoesLeavesTheCluster() throws {
        func spread(_ members: Int) -> (inout Sight) throws -> Void {
            { $0.record = try Bench.record(members, over: 2) }
        }
        let last = try names(plan(1, of: 3, spread(3)))
        #expect(
            last.suffix(7) == [
                "DEV-01 strike it from the record", "release the host h1", "strike the host h1 from the record",
                "prepare the host", "route the machines' traffic", "wait for LXD to spread the votes",
                "DEV-01 let new instances onto it again",
            ])
        let another = try names(plan(2, of: 3, spread(3)))
        #expect(!another.contains { $0.contains("the host h0") } && another.contains("route the machines' traffic"))
    }

    @Test func whoeverLeadsStepsDownFirstWhereAnotherCanLead() throws {
        func lead(_ sight: inout Sight) { sight.members[1].entry?.roles = ["database-leader", "database"] }
        let plan = try plan(1, lead)
        #expect(names(plan)[1] == "DEV-01 let another lead the database")
        #expect(plan.entries[1].after == [0] && plan.entries[2].after == [1])
        #expect(names(try self.plan(1, isForced: true, lead)).first == "DEV-01 let the cluster forget it")
        let alone = try self.plan(1, of: 2) { sight in
            lead(&sight)
            sight.members[0].entry?.roles = ["database-standby"]
        }
        #expect(!names(alone).contains("DEV-01 let another lead the database"), "LXD promotes a stand-by itself")
    }

    @Test func withForceTheClusterOnlyForgetsIt() throws {
        #expect(names(try plan(1, isForced: true)).first == "DEV-01 let the cluster forget it")
    }

    @Test func theFirstHandsOverBeforeAnythingElse() throws {
        let plan = try plan(0, of: 4) { sight in sight.members[1].daemon = .silent }
        #expect(
            names(plan).prefix(5) == [
                "DEV-00 move its instances to other members", "DEV-02 fetch the certificate",
                "DEV-02 move the lxc remote to it",
                "DEV-02 take the first member's place",
                "DEV-00 leave the cluster",
            ])
        for index in 1...4 { #expect(plan.entries[index].after.contains(index - 1)) }
    }

    @Test func whoeverIsThereIsAskedAboutIt() throws {
        let plan = try plan(2, isForced: true) { sight in sight.members[0].daemon = .silent }
        #expect(plan.entries.compactMap { ($0.step as? ForgetMember)?.witness } == [try .dev(1)])
    }

    /// Of how many members, of which how many are voters, so many voters are waited for.
    @Test(arguments: [(5, 3, 3), (4, 3, 3), (3, 3, 1), (2, 1, 1)])
    func votesAreSpreadAmongThoseThatAreLeft(_ count: Int, _ voters: Int, _ wanted: Int) throws {
        let plan = try plan(count - 1, of: count) { sight in
            for index in voters..<count { sight.members[index].entry?.roles = ["database-standby"] }
        }
        #expect(plan.entries.compactMap { ($0.step as? SpreadVotes)?.voters } == [wanted])
    }

    /// LXD loses its quorum for good where it lets such a member go ("server has lost leadership", LXD 5.0.2).
    @Test func noneLeavesWithoutWhomTheVotersThatAreLeftAreNoMajority() throws {
        func away(_ sight: inout Sight) {
            sight.members[1].daemon = .silent
            sight.members[1].entry?.status = "Offline"
        }
        let failure = try #require(throws: Failure.self) { try plan(2, away) }
        #expect(failure.message == "without DEV-02 the cluster would have no quorum: DEV-01 is dead")
        #expect(failure.remedy?.contains("member remove -c DEV DEV-01 --force") ?? false)
        #expect(try plan(2, isForced: true, away).entries.isEmpty == false, "a dead one goes by force")
        #expect(try plan(1, away).entries.isEmpty == false, "that one is refused by its own state")
        // A standby that is online gets the vote; one that has none leaves at any time.
        #expect(
            try plan(2, of: 4) { sight in
                away(&sight)
                sight.members[3].entry?.roles = ["database-standby"]
            }.entries.isEmpty == false)
        #expect(
            try plan(3, of: 4) { sight in
                away(&sight)
                sight.members[3].entry?.roles = ["database-standby"]
            }.entries.isEmpty == false)
    }

    @Test func theOnlyOneStays() throws {
        let failure = try #require(throws: Failure.self) { try plan(0, of: 1) }
        #expect(failure.code == .badInput && failure.message == "DEV-00 is the only member of DEV")
    }

    @Test func theOnlyOneWithACopyOfTheDatabaseStays() throws {
        let failure = try #require(throws: Failure.self) {
            try plan(0, of: 2) { sight in
                sight.members[1].entry?.database = false
                sight.members[1].entry?.roles = []
            }
        }
        #expect(failure.code == .conflict && failure.message.contains("only copy of the database"))
        #expect(try plan(1, of: 2).entries.isEmpty == false)
    }
}
