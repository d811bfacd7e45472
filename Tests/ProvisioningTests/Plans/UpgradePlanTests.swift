import Testing

@testable import Provisioning

/// Who is upgraded when, and when nobody is.
@Suite struct UpgradePlanTests {
    private let state: ClusterState
    private let names: [MemberName]

    init() throws {
        state = try Bench.state(3)
        names = state.members.map(\.name)
    }

    private func situation(
        _ currencies: [EngineCurrency], _ states: [String] = ["Online", "Online", "Online"], late: Set<Int> = []
    ) -> UpgradePlan.Situation {
        let members = names.enumerated().map { index, name in
            var member = MemberStatus(
                name: name.text, isInState: true, machine: .running, daemon: late.contains(index) ? .late : .answers)
            member.entry = ClusterMember(
                name: name.text, url: "", database: true, status: states[index], message: "",
                roles: index == 0 ? ["database-leader"] : [])
            return member
        }
        let status = ClusterStatus(
            ClusterObservation(state: state, members: members, view: members.compactMap(\.entry)))
        return UpgradePlan.Situation(
            status: status, currencies: Dictionary(uniqueKeysWithValues: zip(names, currencies)))
    }

    @Test func theLeaderComesLastAndEachWaitsForTheOneBefore() throws {
        let plan = UpgradePlan.plan(for: state, situation([.outdated, .outdated, .outdated]), channel: "6/stable")
        #expect(
            plan.entries.map(\.step.identifier) == [
                "DEV-01 upgrade the engine", "DEV-02 upgrade the engine", "DEV-00 upgrade the engine",
                "check that all members are online", "save the channel",
            ])
        for index in 1..<5 { #expect(plan.waits(index, for: index - 1)) }
    }

    @Test("Members that wait for the others are no obstacle once an upgrade is under way, and others are")
    func whoIsInTheWay() throws {
        try UpgradePlan.check(situation([.outdated, .outdated, .outdated]), of: state)
        try UpgradePlan.check(
            situation([.outdated, .outdated, .current], ["Blocked", "Blocked", "Online"], late: [2]), of: state)
        try UpgradePlan.check(
            situation([.outdated, .outdated, .outdated], ["Online", "Evacuated", "Online"]), of: state)
        for wrong in [
            situation([.outdated, .outdated, .outdated], ["Online", "Online", "Offline"]),
            situation([.outdated, .outdated, .outdated], late: [2]),
            situation([.outdated, .outdated, .current], ["Offline", "Blocked", "Online"], late: [2]),
        ] {
            let failure = #expect(throws: Failure.self) { try UpgradePlan.check(wrong, of: state) }
            #expect(failure?.code == .conflict && failure?.message.contains("is not online") ?? false)
        }
    }
}
