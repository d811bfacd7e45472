/// The recipe of `upgrade`: the members one after the other, the one that leads the database last.
enum UpgradePlan {
    /// What is known of the members before.
    struct Situation: Sendable {
        var status: ClusterStatus
        var currencies: [MemberName: EngineCurrency]

        /// Whether some members run the new version already, and wait for the others.
        var isUnderway: Bool { currencies.values.contains(.outdated) && currencies.values.contains(.current) }
        /// Whether every member runs what is installed.
        var isCurrent: Bool {
            currencies.count == status.members.count(where: \.isInState)
                && currencies.values.allSatisfy { $0 == .current }
        }
    }

    /// Throws `Failure.conflict` where a member is not as it should be: the new version would wait for it for ever.
    ///
    /// Of an upgrade that is under way, those that wait are as they should be.
    static func check(_ situation: Situation, of state: ClusterState) throws {
        let status = situation.status
        func refuse(_ problem: String, _ hint: String) throws -> Never {
            throw Failure(.conflict, "cannot upgrade \(state.name): \(problem)", hint: hint)
        }
        let known = Dictionary(status.members.map { ($0.name, $0) }) { first, _ in first }
        let wrong = state.members.map(\.name).filter { name in
            guard let member = known[name.text], member.machine == .running else { return true }
            if member.isOnline || member.daemon == .answers && member.entry?.isEvacuated ?? false { return false }
            guard situation.isUnderway else { return true }
            return situation.currencies[name] != .current && !(member.entry?.isBlocked ?? false)
        }
        guard wrong.isEmpty else {
            try refuse(
                "\(wrong.map(\.text).joined(separator: ", ")) \(wrong.count > 1 ? "are" : "is") not online",
                "see bcmcluster status -c \(state.name), and repair it first: all members have to take part")
        }
        if let other = status.members.first(where: { !$0.isInState }) {
            try refuse(
                "\(other.name) is a member that bcmcluster does not manage, and would not be upgraded",
                "see bcmcluster status -c \(state.name)")
        }
        if !situation.isUnderway, let finding = status.findings.first(where: { $0.isUnfinished }) {
            try refuse(finding.sentence, finding.hint(for: state.name))
        }
    }

    /// The steps; members that wait for the others already come first and are done.
    static func plan(for state: ClusterState, _ situation: Situation, channel: String?) -> ClusterPlan {
        var plan = ClusterPlan()
        let leader = situation.status.members.first { $0.isLeader }?.name
        let names = state.members.map(\.name)
        let order = names.filter { $0.text != leader } + names.filter { $0.text == leader }
        var last: [Int] = []
        for name in order { last = [plan.add(UpgradeMember(name: name, channel: channel), after: last)] }
        let whole = plan.add(VerifyCluster(first: state.first, wanted: names), after: last)
        if let channel { plan.add(SaveChannel(channel: channel), after: [whole]) }
        return plan
    }
}
