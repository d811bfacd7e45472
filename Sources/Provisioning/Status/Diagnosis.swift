/// What follows from what was seen: the findings, the weightiest first.
struct Diagnosis {
    let observation: ClusterObservation
    private let recorded: [(name: MemberName, status: MemberStatus)]

    init(_ observation: ClusterObservation) {
        self.observation = observation
        recorded = observation.members.compactMap { member in
            MemberName(member.name, of: observation.state.name).flatMap { member.isInState ? ($0, member) : nil }
        }
    }

    var findings: [Finding] {
        troubles + (observation.slowness.map { [.slow($0)] } ?? []) + (unknownVersion.map { [$0] } ?? [])
            + drift + unhealthy
    }

    /// Said of a cluster whose instances could be asked.
    private var unhealthy: [Finding] {
        guard observation.change == nil, observation.view != nil else { return [] }
        return observation.unhealthy.sorted { $0.key < $1.key }.compactMap { unit, found in
            let found = found.sorted { Workloads.order($0.name, $1.name) }
            return found.first.map { .unhealthy(unit: unit, found.map(\.name), "\($0.name): \($0.answer)") }
        }
    }

    /// Said of a cluster that can be brought back to its file.
    private var drift: [Finding] {
        guard let file = observation.state.file, !observation.drift.isEmpty, observation.change == nil,
            observation.view != nil
        else { return [] }
        return [.drifted(from: file.path, observation.drift)]
    }

    /// Said once for all members.
    private var unknownVersion: Finding? {
        let engine = observation.state.engine
        let versions = observation.members.compactMap(\.version).compactMap { text in
            EngineVersion(text).map { (text, $0) }
        }
        guard let (text, version) = versions.first(where: { !engine.knows($0.1) }) else { return nil }
        return .versionUnknown(text, treatedAs: engine.nearestRelease(to: version))
    }

    private var troubles: [Finding] {
        if let change = observation.change { return [.changing(change)] }
        if observation.state.isDeleting == true { return [.deletionIncomplete] }
        if let archive = observation.state.importing { return [.importIncomplete(archive)] }
        if let snapshot = observation.state.restoring { return [.restoreIncomplete(snapshot)] }
        let states = recorded.map(\.status)
        if isInterrupted { return lostHosts + [.interrupted(observation.state.name)] }
        if states.allSatisfy({ $0.machine == nil }) { return [.gone] }
        let running = states.filter { $0.machine == .running }
        if running.isEmpty, !lostHosts.isEmpty { return lostHosts + ofMembers }
        if running.isEmpty { return [.stopped] + ofMembers.filter { !$0.isOff } }
        let trouble = ofMembers
        if let gone = quorumLost { return lostHosts + [gone] + network + trouble + remote }
        guard let view = observation.view else {
            return lostHosts + network + [withoutView(running, of: states.count)] + trouble + remote
        }
        return withUnfinished(lostHosts + network + voters(in: view) + trouble) + interruptedRuns + strangers
            + foreignClients + versions + remote
    }

    /// What is the matter where no member said who is in the cluster: that is no proof of a lost quorum.
    private func withoutView(_ running: [MemberStatus], of all: Int) -> Finding {
        let possible = running.count { $0.daemon == .answers || $0.daemon == .late }
        if observation.hasNoLeader || possible > 0 && possible <= all / 2 {
            return .noQuorum(answering: possible, of: all)
        }
        let hanging = running.count { $0.daemon == .hangs }
        if possible + hanging == 0 { return .silent(running: running.count, of: all) }
        return possible == 0 ? .noQuorum(answering: hanging, of: all) : .noClusterAnswer(within: observation.waited)
    }

    /// Whether the majority of the votes went with machines that are no more.
    private var quorumLost: Finding? {
        guard let voters = observation.voters else { return nil }
        let present = recorded.filter { _, member in
            member.machine != nil && member.machine != .deleted && !member.isBlank
        }
        // A machine that is off and tells no address may be one of them.
        guard present.allSatisfy({ $0.status.address != nil }) else { return nil }
        let left = present.filter { member in voters.contains { $0 == member.status.address } }
        // More votes than machines are missing where some have moved.
        guard left.count <= voters.count / 2, voters.count - left.count <= recorded.count - present.count else {
            return nil
        }
        // Stand-bys have a copy of the database too.
        let candidates = left.isEmpty ? present : left
        return (candidates.first { $0.status.machine == .running } ?? candidates.first).map {
            .quorumLost(survivor: $0.name, voters: voters.count)
        }
    }

    /// Whether the cluster outlives the loss of one more voter, where some are lost already.
    private func voters(in view: [ClusterMember]) -> [Finding] {
        let voters = view.filter(\.isVoter).map(\.name)
        let lost = Set(recorded.map(\.status).filter { ![.answers, .late].contains($0.daemon) }.map(\.name))
        let offline = Set(view.filter { $0.status == "Offline" }.map(\.name))
        let up = voters.filter { !lost.contains($0) && !offline.contains($0) }.count
        let needed = voters.count / 2 + 1
        guard up < voters.count else { return [] }
        if up < needed { return [.noQuorum(answering: up, of: voters.count)] }
        return up == needed ? [.noFaultTolerance(up: up, of: voters.count)] : []
    }

    private var ofMembers: [Finding] {
        recorded.flatMap { name, member in
            [trouble(name, member), moved(name, member), notListening(name, member)].compactMap { $0 }
        }
    }

    private func notListening(_ name: MemberName, _ member: MemberStatus) -> Finding? {
        member.addressMismatch.map { .apiNotListening(name, $0) }
    }

    /// What is wrong on hosts with machines that run: where none does, starting one puts it right.
    private var network: [Finding] {
        let running = recorded.filter { $0.status.machine == .running }.map { observation.state.host(of: $0.name) }
        return observation.networkFaults.filter { $0.host.map(running.contains) ?? true }.map { .network($0) }
    }

    private func trouble(_ name: MemberName, _ member: MemberStatus) -> Finding? {
        switch member.machine {
        case nil: return isUnmade(member) ? nil : .machineMissing(name)
        case .deleted: return .machineDeleted(name, hint: member.machineHint)
        case .running: break
        case .unreachable: return .unreachable(name, observation.state.host(of: name))
        default: return .machineOff(name)
        }
        switch member.daemon {
        case .silent: return .daemonDead(name)
        case .hangs: return .daemonHangs(name)
        case .late:
            return member.machineHint.map { .machineHangs(name, $0) } ?? .noAnswer(name, within: member.waited)
        case .fails, .notQueried: return .daemonFails(name)
        case .answers: break
        }
        if member.isBlank, isVoting(member) { return .dataLost(name) }
        guard observation.view != nil else { return member.isBlank && quorumLost != nil ? .notJoined(name) : nil }
        guard let entry = member.entry else { return member.isClustered ? .expelled(name) : .notJoined(name) }
        if entry.name != name.text { return .renamed(name, to: entry.name) }
        return entry.isOnline ? nil : .notOnline(name, state: entry.status.lowercased())
    }

    /// The hosts that are unreachable.
    private var lostHosts: [Finding] {
        let lost = recorded.filter { $0.status.machine == .unreachable }.map { observation.state.host(of: $0.name) }
        return observation.state.hosts.filter(lost.contains).map { .hostLost($0) }
    }

    /// Whether the cluster knows the member, or the others' files say that it has a vote.
    private func isVoting(_ member: MemberStatus) -> Bool {
        member.entry != nil || observation.voters?.contains { $0 == member.address } ?? false
    }

    private func moved(_ name: MemberName, _ member: MemberStatus) -> Finding? {
        guard let now = member.address, let known = member.knownAddress, now != known else { return nil }
        return .moved(name, from: known, to: now)
    }

    /// What interrupted runs have left undone, which the members' own rows do not show.
    private var interruptedRuns: [Finding] {
        let leaving = recorded.filter { $0.status.entry?.isClosed ?? false }.map { Finding.removalInterrupted($0.name) }
        let stopped = observation.interrupted
        return leaving + (stopped.isEmpty ? [] : [.instancesInterrupted(stopped)])
    }

    private var strangers: [Finding] { observation.members.filter { !$0.isInState }.map { .stranger($0.name) } }

    private var foreignClients: [Finding] {
        observation.foreignClients.map { .foreignClient($0.name, fingerprint: $0.shortFingerprint) }
    }

    private var versions: [Finding] {
        let known = observation.members.compactMap { member in member.version.map { ($0, member.name) } }
        let byVersion = Dictionary(grouping: known, by: \.0).mapValues { $0.map(\.1) }
        return byVersion.count > 1 ? [.versionsDiffer(byVersion)] : []
    }

    private var remote: [Finding] {
        guard let name = observation.state.remote?.name, !isRemoteUnfinished else { return [] }
        switch observation.remote {
        case .unknown: return []
        case .missing: return [.remoteMissing(name)]
        case .present(_, isTrusted: false): return [.remoteStale(name)]
        case .present(let address, isTrusted: true):
            guard let address, let host = Self.host(of: address) else { return [] }
            let places = observation.members.flatMap { [$0.address, $0.knownAddress] }
            let hosts = observation.state.spread?.map(\.address) ?? []
            guard places.contains(host) || hosts.contains(host) else {
                return [.remoteElsewhere(name, address: address)]
            }
            return clientAccess(by: name, at: address)
        }
    }

    /// What is wrong with the user's access, where that does not follow from another finding.
    private func clientAccess(by remote: String, at address: String) -> [Finding] {
        switch observation.clientAccess {
        case .unknown, .open: return []
        case .untrusted: return [.clientUntrusted(remote)]
        // Without the bridge another server may have the address.
        case .otherCertificate: return observation.networkFaults.isEmpty ? [.certificateChanged(remote)] : []
        case .closed(let reason):
            let member = recorded.first { $0.name.text == remote }?.status
            guard member?.daemon == .answers, member?.addressMismatch == nil, observation.networkFaults.isEmpty else {
                return []
            }
            return [.apiUnreachable(remote, address: address, reason)]
        }
    }

    /// The host of an address such as `https://10.64.0.10:8443`.
    private static func host(of address: String) -> IPv4? {
        let host = address.replacing("https://", with: "").split(separator: ":").first
        return host.flatMap { IPv4(String($0)) }
    }
}

extension Finding {
    /// Whether it says that a machine is off.
    fileprivate var isOff: Bool {
        if case .machineOff = self { true } else { false }
    }
}
