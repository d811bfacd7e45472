/// What follows where `up` or `member add` has not ended well.
extension Diagnosis {
    /// Whether `up` ended before there was a cluster: no certificate of one is kept, and no daemon is in one.
    var isInterrupted: Bool {
        guard !observation.isBootstrapped, observation.view == nil else { return false }
        return !observation.members.contains { $0.isClustered }
    }

    /// Whether the cluster waits for no machine of that name: nothing was lost with it, since it was never made.
    func isUnmade(_ member: MemberStatus) -> Bool {
        member.machine == nil && member.entry == nil && observation.view != nil
            && observation.voters.map { voters in !voters.contains { $0 == member.address } } ?? true
    }

    /// Whether the remote is among what is left to do.
    var isRemoteUnfinished: Bool {
        observation.state.remote.map { !$0.wasMadeDefault } ?? false && !observation.unfinished.isEmpty
    }

    /// The findings with what `up` has left undone: behind what has to be repaired before `up` could continue, and before
    /// members that `up` lets join.
    func withUnfinished(_ findings: [Finding]) -> [Finding] {
        let steps = unmade.flatMap { name -> [String] in
            [
                LaunchMachine(name: name).titleForUsers,
                JoinMember(name: name, first: observation.state.first).titleForUsers,
            ]
        }
        guard !steps.isEmpty || !observation.unfinished.isEmpty else { return findings }
        let finding = Finding.unfinished(observation.state.name, steps: steps + observation.unfinished)
        let isJoin: (Finding) -> Bool = { if case .notJoined = $0 { true } else { false } }
        return findings.filter { !isJoin($0) } + [finding] + findings.filter(isJoin)
    }

    private var unmade: [MemberName] {
        observation.members.compactMap { member in
            member.isInState && isUnmade(member) ? MemberName(member.name, of: observation.state.name) : nil
        }
    }
}
