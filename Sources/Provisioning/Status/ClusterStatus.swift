/// How a cluster is: its members, and what the user should know about it, the weightiest first.
public struct ClusterStatus: Sendable, Equatable {
    package let cluster: ClusterName
    /// Where its machines come from.
    package let provider: ProviderName
    /// The members by name; those that only LXD knows come last.
    public let members: [MemberStatus]
    /// The clients that the cluster trusts, and that neither this tool nor the user's client accounts for.
    package let foreignClients: [TrustedClient]
    /// What is the matter; empty where nothing is.
    package let findings: [Finding]

    /// Draws the conclusions from what was seen.
    package init(_ observation: ClusterObservation) {
        cluster = observation.state.name
        provider = observation.state.settings.provider
        members = observation.members
        foreignClients = observation.foreignClients
        findings = Diagnosis(observation).findings
    }

    /// Whether any of its machines is on.
    package var isOn: Bool { members.contains { $0.machine == .running || $0.machine == .starting } }

    /// Whether nothing is the matter; what is only worth a note may be said all the same.
    public var isHealthy: Bool { worst == nil }

    private var worst: Finding? { findings.first { !$0.isNote } }
    /// What is said below the headline.
    package var rest: [Finding] { worst == nil ? findings : Array(findings.dropFirst()) }

    /// The exit status of who asked: 6 while another run changes the cluster.
    package var exitStatus: Int32 {
        if case .changing = findings.first { return Failure(.changing, "").exitStatus }
        return isHealthy ? 0 : 4
    }

    /// The one sentence that stands above all: that it is healthy, or what is the matter most.
    public var headline: String {
        guard let worst else {
            let count = members.count
            return "\(cluster) is healthy: \(count) member\(count == 1 ? "" : "s") online."
        }
        let sentence = worst.sentence
        // The name of the cluster stands as it is written.
        return "\(sentence.hasPrefix("\(cluster) ") ? sentence : sentence.capitalizedFirst)."
    }

    /// The hint for what the headline says; `nil` where nothing has to be done.
    package var hint: String? { worst.map { hint(of: $0) } }

    /// The hint for one of its findings.
    package func hint(of finding: Finding) -> String {
        let unfit = findings.filter(\.needsOtherMember).compactMap(\.member?.text)
        let hasSuccessor = members.contains { $0.isInState && !unfit.contains($0.name) }
        return finding.hint(for: cluster, hasSuccessor: hasSuccessor)
    }

    /// How it is in a few words, for a list of clusters, without a full stop.
    package var brief: String {
        if let finding = findings.first, finding.isClusterFinding || finding.isUnfinished { return finding.sentence }
        let recorded = members.filter(\.isInState)
        let troubles = recorded.compactMap { member in
            findings.first { $0.member?.text == member.name && !$0.isRemark }.flatMap(\.trouble)
                .map { "\(member.name) \($0)" }
        }
        let more = troubles.count > 3 ? ["\(troubles.count - 3) more"] : []
        let shown = (troubles.prefix(3) + more).joined(separator: ", ")
        if case .noQuorum = findings.first {
            return troubles.isEmpty ? findings[0].sentence : "no quorum: \(shown)"
        }
        if troubles.isEmpty, let finding = findings.first(where: { $0.isUnfinished }) { return finding.sentence }
        let online = recorded.count - troubles.count
        return troubles.isEmpty ? "online" : "\(online) of \(recorded.count) members online: \(shown)"
    }
}

extension Finding {
    /// Whether it says how the whole cluster is, so that nothing about single members has to be said.
    var isClusterFinding: Bool {
        switch self {
        case .changing, .interrupted, .deletionIncomplete, .restoreIncomplete, .importIncomplete, .gone, .stopped,
            .silent:
            true
        default: false
        }
    }

    /// Whether it says that `up` has steps left.
    var isUnfinished: Bool {
        if case .unfinished = self { true } else { false }
    }

    /// Whether it is no trouble, and only worth saying.
    var isNote: Bool {
        switch self {
        case .slow, .versionUnknown, .drifted, .unhealthy: true
        default: false
        }
    }

    /// Whether the member that it is about may be online all the same.
    var isRemark: Bool {
        switch self {
        case .moved, .apiNotListening, .removalInterrupted: true
        default: false
        }
    }
}

extension String {
    /// The text with a capital at its beginning, but for names that are written small.
    var capitalizedFirst: String {
        hasPrefix("\(Engine.current.client) ") ? self : prefix(1).uppercased() + dropFirst()
    }
}
