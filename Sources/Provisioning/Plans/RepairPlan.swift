/// The recipe of `repair`: repairs what `status` finds, as far as that can be done without the user.
package struct RepairPlan: Sendable {
    /// The steps; none where nothing can be repaired.
    package private(set) var plan = ClusterPlan()
    /// What the steps do not repair, the weightiest first.
    package private(set) var left: [Finding] = []
    /// The members that are recreated, without what was on them.
    package private(set) var lost: [MemberName] = []
    /// The member that continues alone, with what its copy of the database holds.
    package private(set) var survivor: MemberName?

    private let state: ClusterState
    private let repairActions: [(finding: Finding, repairAction: RepairAction)]

    /// The steps for those findings; a trusted client that the user accepts is none any more.
    package init(for state: ClusterState, _ all: [Finding], accepting client: TrustedClient? = nil) {
        self.state = state
        let findings = all.filter { !$0.isNote }.filter { finding in
            guard let client, case .foreignClient(_, client.shortFingerprint) = finding else { return true }
            return false
        }
        if let client { plan.add(AcceptClient(client: client)) }
        let successors = Self.successors(of: state, findings)
        let isSeparated = findings.contains {
            if case .network(let fault) = $0 { fault.separatesMembers } else { false }
        }
        repairActions = findings.map {
            ($0, RepairAction($0, hasSuccessor: !successors.isEmpty, isSeparated: isSeparated))
        }
        left = repairActions.filter { $0.repairAction == .none }.map(\.finding)
        guard repairActions.contains(where: { ![.none, .byOthers].contains($0.repairAction) }) else {
            // What would have gone away with the rest has nothing to go away with.
            left = findings
            return
        }
        if repairActions.allSatisfy({ [.finish, .none].contains($0.repairAction) }) {
            // There is nothing to repair but what `up` has left undone.
            plan.add(UpPlan.plan(for: state, decided: state.decided))
            return
        }
        lost = members(.anew)
        if case .quorumLost(let member, _) = findings.first { survivor = member }
        let first = successors.contains(state.first) ? state.first : survivor ?? successors.first ?? state.first

        let started = addStarts()
        // Only a cluster that has a quorum again can let members go and come.
        let inReach = state.members.map(\.name).filter { !isAway($0) }
        let survivors = inReach.filter { !(lost + members(.join)).contains($0) }
        let whole = plan.add(
            VerifyCluster(first: first, wanted: survivors, title: "check that the remaining members are online"),
            after: started)
        let isHandedOver = first != state.first
        let placed = isHandedOver ? RemoveMemberPlan.addPromotion(to: first, &plan, after: [whole]) : [whole]
        let joined = addReturns(through: first, after: placed)
        if !members(.remote, orElse: first).isEmpty {
            // The certificate is fetched again, through the provider.
            let known = isHandedOver ? placed : [plan.add(FetchCertificate(name: first), after: placed)]
            plan.add(UpdateRemoteAddress(name: first), after: [plan.add(AddRemote(name: first), after: known)])
        }
        let verified = plan.add(VerifyCluster(first: first, wanted: inReach), after: placed + joined)
        if repairActions.contains(where: { $0.repairAction == .reach }) {
            plan.add(VerifyClientAccess(name: first), after: [verified])
        }
        let connected = state.connection == nil ? verified : plan.add(ConnectMembers(first: first), after: [verified])
        // Instances that an interrupted stop has left stopped.
        plan.add(ResumeInstances(first: first), after: [connected])
        addUnfinished(after: verified)
    }

    /// The steps that `up` has left undone, one after the other.
    private mutating func addUnfinished(after verified: Int) {
        let titles = repairActions.flatMap { entry -> [String] in
            if case .unfinished(_, let steps) = entry.finding { steps } else { [] }
        }
        let steps = UpPlan.plan(for: state, decided: state.decided).entries.map(\.step)
        let unmade = Set(steps.filter { $0 is LaunchMachine && titles.contains($0.titleForUsers) }.map(\.member))
        var last = verified
        for step in steps
        where titles.contains(step.titleForUsers) || step.member != nil && unmade.contains(step.member) {
            last = plan.add(step, after: [last])
        }
    }

    /// Whether the member's host is unreachable: nobody can wait for it.
    private func isAway(_ member: MemberName) -> Bool {
        repairActions.contains { if case .unreachable(member, _) = $0.finding { true } else { false } }
    }

    /// The members that can have the first one's place: none that is lost, or was never in the cluster.
    private static func successors(of state: ClusterState, _ findings: [Finding]) -> [MemberName] {
        let unfit = findings.filter(\.needsOtherMember).compactMap(\.member)
        return state.members.map(\.name).filter { !unfit.contains($0) }
    }

    /// The members that get that repairAction; of a finding that is about none, the other.
    private func members(_ repairAction: RepairAction, orElse other: MemberName? = nil) -> [MemberName] {
        repairActions.filter { $0.repairAction == repairAction }.compactMap { $0.finding.member ?? other }
    }

    /// The host, what is off, and what does not answer; returns the steps after which all of it should.
    private mutating func addStarts() -> [Int] {
        // What machines share may have gone with the host's last reboot.
        let host = plan.add(PrepareHost())
        let routed = plan.add(RouteTraffic(), after: [host])
        let isOff = repairActions.contains { $0.repairAction == .startAll }
        let off = isOff ? state.members.map(\.name).filter { !lost.contains($0) } : members(.start)
        let machines = off.map { ($0, plan.add(StartMachine(name: $0), after: [host])) }

        // Without a quorum no daemon comes up, so the one that continues alone is the first.
        let recovered = survivor.map { survivor in
            let machine = machines.filter { $0.0 == survivor }.map(\.1)
            return plan.add(RecoverQuorum(name: survivor), after: [host] + machine)
        }
        let base = [recovered ?? host]
        let settled = machines.filter { $0.0 != survivor }.map { name, machine in
            plan.add(AwaitDaemon(name: name, first: state.first, rejoins: true), after: base + [machine])
        }
        let restarted = members(.restart).filter { $0 != survivor }.map {
            plan.add(RestartDaemon(name: $0, first: state.first), after: base)
        }
        let heard = members(.listen).filter { $0 != survivor }.map { plan.add(SetAPIAddress(name: $0), after: base) }
        return base + [routed] + settled + restarted + heard
    }

    /// The members that come back as new ones, or join for the first time.
    ///
    /// What is lost is forgotten first: while it is listed LXD deletes no network, also none that would prevent a join.
    private mutating func addReturns(through first: MemberName, after placed: [Int]) -> [Int] {
        let names = (lost + members(.join)).sorted()
        if names.isEmpty { return [] }
        let forgotten = lost.sorted().map {
            plan.add(RemoveMemberFromCluster(name: $0, respondingMember: first), after: placed)
        }
        let checked = plan.add(CheckObjects(first: first), after: placed + forgotten)
        return names.map { addReturn(of: $0, through: first, after: checked) }
    }

    private mutating func addReturn(of name: MemberName, through first: MemberName, after checked: Int) -> Int {
        let before = lost.contains(name) ? plan.add(RecreateMachine(name: name), after: [checked]) : checked
        let joined = plan.add(JoinMember(name: name, first: first), after: [before])
        if state.spread == nil { return joined }
        return plan.add(SetFailureDomain(name: name, first: first, host: state.host(of: name)), after: [joined])
    }
}

/// What is done about a finding.
private enum RepairAction {
    case recover, startAll, start, restart, anew, join, remote, resume
    /// What `up` would do is done.
    case finish
    /// What machines share on their hosts is put in place, as every repair begins.
    case network
    /// The member's API gets its address back.
    case listen
    /// The user's access is checked, once everything else is repaired.
    case reach
    /// Waits: until the cluster's next heartbeat, or until it has elected a leader.
    case wait
    /// It goes away with the others.
    case byOthers
    /// Nothing that this tool could do without the user.
    case none

    /// Members whose network is down do not answer: that goes away with the network's repair.
    init(_ finding: Finding, hasSuccessor: Bool, isSeparated: Bool = false) {
        switch finding {
        case .daemonHangs, .daemonFails, .noAnswer, .noClusterAnswer:
            self = isSeparated ? .byOthers : Self.withoutAnswer(finding)
        case .quorumLost: self = .recover
        case .stopped: self = .startAll
        case .machineOff: self = .start
        case .daemonDead: self = .restart
        case .notJoined: self = hasSuccessor ? .join : .none
        case .machineMissing, .dataLost, .expelled, .moved: self = hasSuccessor ? .anew : .none
        case .instancesInterrupted: self = .resume
        case .remoteMissing, .remoteStale, .remoteElsewhere, .clientUntrusted, .certificateChanged: self = .remote
        case .network: self = .network
        case .apiNotListening: self = .listen
        case .apiUnreachable: self = .reach
        case .notOnline(_, "offline"): self = .wait
        case .noQuorum(let answering, let all) where answering > all / 2: self = .wait
        case .silent, .noQuorum, .noFaultTolerance, .unreachable: self = .byOthers
        case .interrupted, .unfinished: self = .finish
        // Who repairs holds the lock, and is the one who changes the cluster.
        case .changing: self = .none
        case .hostLost, .machineHangs: self = .none
        case .deletionIncomplete, .restoreIncomplete, .importIncomplete, .gone, .machineDeleted, .notOnline, .renamed,
            .removalInterrupted,
            .stranger,
            .foreignClient,
            .versionsDiffer, .slow, .versionUnknown, .drifted, .unhealthy:
            self = .none
        }
    }

    private static func withoutAnswer(_ finding: Finding) -> RepairAction {
        switch finding {
        case .daemonHangs, .daemonFails: .restart
        case .noClusterAnswer: .wait
        default: .none
        }
    }
}
