/// The recipe of `member remove`: takes one member out, and its machine away.
package enum RemoveMemberPlan {
    /// The steps for a member of the state, once everything is looked at that could refuse to let it go; with force
    /// nothing is, since what is there is lost.
    package static func checkedPlan(
        for member: MemberName, _ status: ClusterStatus, isForced: Bool, _ context: PlanContext
    ) async throws -> ClusterPlan {
        let state = await context.store.state
        let plan = try plan(for: member, of: state, status, isForced: isForced)
        let respondingMember = try respondingMember(besides: member, of: state, status)
        if member == state.first { try await MoveRemote.check(respondingMember, context) }
        if isForced { return plan }
        // One that the cluster does not know any more has left it already, in a run that was cut off.
        guard let entry = try await context.client(in: respondingMember).member(named: member.text) else { return plan }
        try LeaveCluster.check(entry, member)
        _ = try await Evacuation.look(at: member, asking: respondingMember, context)
        return plan
    }

    /// The steps for a member of the state, given how the cluster is.
    ///
    /// Throws `Failure.badInput` for the only member, `Failure.conflict` for the only one with a copy of the database.
    package static func plan(
        for member: MemberName, of state: ClusterState, _ status: ClusterStatus, isForced: Bool
    ) throws -> ClusterPlan {
        try checkNotRenamed(member, status)
        let respondingMember = try respondingMember(besides: member, of: state, status)
        try checkDatabaseRemains(without: member, of: state, status)
        if !isForced { try checkQuorumRemains(without: member, of: state, status) }
        var plan = ClusterPlan()

        // What lives there first: where that cannot move, nothing else has changed.
        let emptied = isForced ? [] : [plan.add(EvacuateMember(name: member, respondingMember: respondingMember))]

        // Whoever leads the database hands that over gracefully, where another can take it.
        let isLeader = status.members.contains { $0.name == member.text && $0.isLeader && $0.isOnline }
        let canFollow = status.members.contains { $0.name != member.text && $0.isVoter && $0.isOnline }
        let followed =
            isLeader && canFollow && !isForced
            ? [plan.add(TransferLeadership(name: member, respondingMember: respondingMember), after: emptied)] : emptied

        // What hangs on the first member goes to another before it leaves.
        let handedOver = member == state.first ? addPromotion(to: respondingMember, &plan, after: followed) : followed

        // The cluster hands over what the member did for it; with force it only forgets the member.
        let left =
            isForced
            ? plan.add(RemoveMemberFromCluster(name: member, respondingMember: respondingMember), after: handedOver)
            : plan.add(LeaveCluster(name: member, respondingMember: respondingMember), after: handedOver)

        // The machine, and then the state, which names it for as long as anything of it is there.
        let deleted = plan.add(RemoveMachine(name: member), after: [left])
        let removed = plan.add(RemoveMemberFromState(name: member), after: [deleted])

        addDeparture(of: member, from: state, &plan, after: removed)
        // The others send it nothing any more.
        if state.connection != nil { plan.add(ConnectMembers(first: respondingMember), after: [removed]) }

        // Where it led the database, the others have to choose a leader, and its vote goes to another.
        let others = status.members.filter { $0.isOnline && $0.name != member.text }
        let spread = plan.add(
            AwaitVoterRebalance(
                members: others.compactMap { MemberName($0.name, of: state.name) },
                voters: others.count > 2 ? min(status.members.count(where: \.isVoter), others.count) : 1),
            after: [left])

        // Where it stays, it takes instances as before.
        if !isForced {
            plan.add(
                AllowNewInstances(name: member, respondingMember: respondingMember), regardless: [left, spread],
                evenIfCancelled: true)
        }
        return plan
    }

    /// Where clients came in by the member they come in by another; a host without members is not one of the cluster's.
    private static func addDeparture(
        of member: MemberName, from state: ClusterState, _ plan: inout ClusterPlan, after removed: Int
    ) {
        guard state.spread != nil else { return }
        let host = state.host(of: member)
        guard state.members(on: host) == [member] else {
            plan.add(RouteTraffic(), after: [removed])
            return
        }
        let released = plan.add(ReleaseHost(host: host), after: [removed])
        let left = plan.add(RemoveHostFromState(host: host), after: [released])
        let prepared = plan.add(PrepareHost(), after: [left])
        plan.add(RouteTraffic(), after: [prepared])
    }

    /// The steps after which the member has the first one's place.
    static func addPromotion(to successor: MemberName, _ plan: inout ClusterPlan, after: [Int] = []) -> [Int] {
        let certificate = plan.add(FetchCertificate(name: successor), after: after)
        let moved = plan.add(MoveRemote(name: successor), after: [certificate])
        return [plan.add(PromotePrimary(name: successor), after: [moved])]
    }

    /// What lives on a renamed member is listed under its other name: it would go with the machine.
    private static func checkNotRenamed(_ member: MemberName, _ status: ClusterStatus) throws {
        let finding = status.findings.first { if case .renamed(member, _) = $0 { true } else { false } }
        guard let finding else { return }
        throw Failure(.conflict, finding.sentence, hint: finding.hint(for: status.cluster))
    }

    /// LXD hands the database over only to a member that has a copy of it: of two members one may have none, and then
    /// nobody leads any more (canonical/lxd, pull request 12035).
    private static func checkDatabaseRemains(
        without member: MemberName, of state: ClusterState, _ status: ClusterStatus
    ) throws {
        let holders = status.members.filter { $0.isOnline && $0.hasCopyOfDatabase }.map(\.name)
        guard holders == [member.text] else { return }
        throw Failure(
            .conflict,
            "\(member) has the only copy of the database, and \(Engine.current.title) would not transfer it",
            hint: "bcmcluster member add -c \(state.name), then the same command again")
    }

    /// LXD gives the vote of one that leaves to another that is online; without such a one, those that are offline must not
    /// be as many as those that are left.
    private static func checkQuorumRemains(
        without member: MemberName, of state: ClusterState, _ status: ClusterStatus
    ) throws {
        let others = status.members.filter { $0.name != member.text && $0.entry != nil }
        let away = others.filter { $0.isVoter && !$0.isOnline }
        let isVoter = status.members.contains { $0.name == member.text && $0.isVoter }
        let successors = isVoter ? others.count { $0.isOnline && !$0.isVoter } : 0
        let voters = others.count { $0.isVoter && $0.isOnline } + min(successors, 1)
        guard !away.isEmpty, voters <= away.count else { return }
        throw Failure(
            .conflict,
            "without \(member) the cluster would have no quorum: \(away.map { "\($0.name) is \($0.lxdLabel)" }.joined(separator: ", "))",
            hint:
                "bcmcluster repair -c \(state.name), or, where \(away[0].name) is permanently lost, bcmcluster member remove -c \(state.name) \(away[0].name) --force; then the same command again"
        )
    }

    /// The member that is asked about the other: the first that is there, or else that should be.
    private static func respondingMember(
        besides member: MemberName, of state: ClusterState, _ status: ClusterStatus
    ) throws -> MemberName {
        let others = ([state.first] + state.members.map(\.name)).filter { $0 != member }
        let online = Set(status.members.filter(\.isOnline).map(\.name))
        guard let respondingMember = others.first(where: { online.contains($0.text) }) ?? others.first else {
            throw Failure(
                .badInput, "\(member) is the only member of \(state.name)",
                hint: "delete the whole cluster with bcmcluster destroy -c \(state.name)")
        }
        return respondingMember
    }
}
