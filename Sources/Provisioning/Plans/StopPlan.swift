/// The recipe of `stop`: stops the machines, in an order that keeps the quorum as long as can be.
package enum StopPlan {
    /// The steps for the members of the state, whose roles the status knows.
    package static func plan(for state: ClusterState, _ status: ClusterStatus) -> ClusterPlan {
        var plan = ClusterPlan()
        add(to: &plan, state, status)
        return plan
    }

    /// Throws where a stop would delete instances; a cluster that does not answer cannot be asked.
    package static func check(_ context: PlanContext) async throws {
        let instances: [ClusterInstance]
        do {
            let respondingMember = try await context.respondingMember().name
            instances = try await context.client(in: respondingMember).instances()
        } catch let failure as Failure where failure.isNoAnswer || failure.code == .unreachable {
            return
        }
        try instances.checkNoEphemeralInstances()
    }

    /// Adds the steps, which wait for others, to a plan; returns the places of those after which all machines are off.
    @discardableResult
    static func add(
        to plan: inout ClusterPlan, _ state: ClusterState, _ status: ClusterStatus, after: [Int] = []
    ) -> [Int] {
        let names = state.members.map(\.name)

        // What runs on the members ends first, while there is still a cluster that can be asked to end it.
        var before = names.map { plan.add(StopInstances(name: $0), after: after) }

        // Those without a vote, then those with one, then the one that leads; in each of the three all at once.
        for rank in ranks(of: names, status) {
            before = rank.map { plan.add(StopMachine(name: $0), after: before) }
        }
        return before
    }

    /// The members by weight; if unknown who leads, the first member counts as the leader.
    private static func ranks(of names: [MemberName], _ status: ClusterStatus) -> [[MemberName]] {
        let known = Dictionary(status.members.map { ($0.name, $0) }) { first, _ in first }
        let leader = names.first { known[$0.text]?.isLeader ?? false } ?? names.first
        let voters = names.filter { $0 != leader && known[$0.text]?.isVoter ?? false }
        let others = names.filter { $0 != leader && !voters.contains($0) }
        return [others, voters, [leader].compactMap { $0 }].filter { !$0.isEmpty }
    }
}
