import Testing

@testable import Provisioning

/// In which order a member goes.
@Suite struct RemoveMemberPlanTests {
    private func plan(
        _ member: Int, of count: Int = 3, isForced: Bool = false,
        _ change: (inout ClusterObservation) throws -> Void = { _ in }
    ) throws -> ClusterPlan {
        let observation = try ClusterObservation.dev(count, change)
        return try RemoveMemberPlan.plan(
            for: try .dev(member), of: observation.state, ClusterStatus(observation), isForced: isForced)
    }

    private func names(_ plan: ClusterPlan) -> [String] { plan.entries.map(\.step.identifier) }

    @Test func whatLivesThereMovesBeforeItLeaves() throws {
        let plan = try plan(1)
        #expect(
            names(plan) == [
                "DEV-01 move its instances to other members", "DEV-01 leave the cluster", "DEV-01 remove the machine",
                "DEV-01 remove it from the state", "wait for LXD to rebalance voters",
                "DEV-01 allow new instances on it again",
            ])
        #expect(plan.entries[5].evenIfCancelled && plan.entries[5].regardless == [1, 4])
        for (index, before) in [(1, 0), (2, 1), (3, 2), (4, 1)] {
            #expect(plan.entries[index].after.contains(before))
        }
    }

    @Test func aHostWhoseLastMemberGoesLeavesTheCluster() throws {
        func spread(_ members: Int) -> (inout ClusterObservation) throws -> Void {
            { $0.state = try Bench.state(members, over: 2) }
        }
        let last = try names(plan(1, of: 3, spread(3)))
        #expect(
            last.suffix(8) == [
                "DEV-01 remove it from the state", "release the host h1", "remove the host h1 from the state",
                "prepare the host", "route the machines' traffic", "connect the members' networks",
                "wait for LXD to rebalance voters", "DEV-01 allow new instances on it again",
            ])
        let another = try names(plan(2, of: 3, spread(3)))
        #expect(!another.contains { $0.contains("the host h0") } && another.contains("route the machines' traffic"))
    }

    @Test func whoeverLeadsStepsDownFirstWhereAnotherCanLead() throws {
        func lead(_ observation: inout ClusterObservation) {
            observation.members[1].entry?.roles = ["database-leader", "database"]
        }
        let plan = try plan(1, lead)
        #expect(names(plan)[1] == "DEV-01 transfer database leadership")
        #expect(plan.entries[1].after == [0] && plan.entries[2].after == [1])
        #expect(names(try self.plan(1, isForced: true, lead)).first == "DEV-01 remove it from the cluster")
        let alone = try self.plan(1, of: 2) { observation in
            lead(&observation)
            observation.members[0].entry?.roles = ["database-standby"]
        }
        #expect(!names(alone).contains("DEV-01 transfer database leadership"), "LXD promotes a stand-by itself")
    }

    @Test func theFirstHandsOverBeforeAnythingElse() throws {
        let plan = try plan(0, of: 4) { observation in observation.members[1].daemon = .silent }
        #expect(
            names(plan).prefix(5) == [
                "DEV-00 move its instances to other members", "DEV-02 fetch the certificate",
                "DEV-02 move the lxc remote to it",
                "DEV-02 replace the first member",
                "DEV-00 leave the cluster",
            ])
        for index in 1...4 { #expect(plan.entries[index].after.contains(index - 1)) }
    }

    @Test func whoeverIsThereIsAskedAboutIt() throws {
        let plan = try plan(2, isForced: true) { observation in observation.members[0].daemon = .silent }
        #expect(plan.entries.compactMap { ($0.step as? RemoveMemberFromCluster)?.respondingMember } == [try .dev(1)])
    }

    /// Of how many members, of which how many are voters, so many voters are waited for.
    @Test(arguments: [(5, 3, 3), (4, 3, 3), (3, 3, 1), (2, 1, 1)])
    func votesAreSpreadAmongThoseThatAreLeft(_ count: Int, _ voters: Int, _ wanted: Int) throws {
        let plan = try plan(count - 1, of: count) { observation in
            for index in voters..<count { observation.members[index].entry?.roles = ["database-standby"] }
        }
        #expect(plan.entries.compactMap { ($0.step as? AwaitVoterRebalance)?.voters } == [wanted])
    }

    /// LXD loses its quorum permanently where it lets such a member go ("server has lost leadership", LXD 5.0.2).
    @Test func noneLeavesWithoutWhomTheVotersThatAreLeftAreNoMajority() throws {
        func away(_ observation: inout ClusterObservation) {
            observation.members[1].daemon = .silent
            observation.members[1].entry?.status = "Offline"
        }
        let failure = try #require(throws: Failure.self) { try plan(2, away) }
        #expect(failure.message == "without DEV-02 the cluster would have no quorum: DEV-01 is dead")
        #expect(failure.hint?.contains("member remove -c DEV DEV-01 --force") ?? false)
        #expect(try plan(2, isForced: true, away).entries.isEmpty == false, "a dead one goes by force")
        #expect(try plan(1, away).entries.isEmpty == false, "that one is refused by its own state")
        // A standby that is online gets the vote; one that has none leaves at any time.
        #expect(
            try plan(2, of: 4) { observation in
                away(&observation)
                observation.members[3].entry?.roles = ["database-standby"]
            }.entries.isEmpty == false)
        #expect(
            try plan(3, of: 4) { observation in
                away(&observation)
                observation.members[3].entry?.roles = ["database-standby"]
            }.entries.isEmpty == false)
    }

    @Test func theOnlyOneStays() throws {
        let failure = try #require(throws: Failure.self) { try plan(0, of: 1) }
        #expect(failure.code == .badInput && failure.message == "DEV-00 is the only member of DEV")
    }

    @Test func theOnlyOneWithACopyOfTheDatabaseStays() throws {
        let failure = try #require(throws: Failure.self) {
            try plan(0, of: 2) { observation in
                observation.members[1].entry?.database = false
                observation.members[1].entry?.roles = []
            }
        }
        #expect(failure.code == .conflict && failure.message.contains("only copy of the database"))
        #expect(try plan(1, of: 2).entries.isEmpty == false)
    }
}
