/// Something about a cluster that the user should know: a sentence, and the hint.
package enum Finding: Sendable, Equatable {
    /// Another run is changing the cluster.
    case changing(ClusterChange)
    /// `up` ended before the cluster was bootstrapped.
    case interrupted(ClusterName)
    /// `up` has steps left, as it calls them.
    case unfinished(ClusterName, steps: [String])
    /// A removal has begun, and not ended.
    case deletionIncomplete
    /// The cluster was going back to a snapshot, and that has not ended.
    case restoreIncomplete(SnapshotName)
    /// The cluster was being imported from that archive, and that has not ended.
    case importIncomplete(String)
    /// The state is there, and none of its machines is.
    case gone
    /// Every machine is off.
    case stopped
    /// Machines run, and LXD answers on none of them.
    case silent(running: Int, of: Int)
    /// The cluster did not say who is in it within that time: it is slow, or has no leader.
    case noClusterAnswer(within: Duration)
    /// LXD runs on some members, and says that it has no leader, or too few daemons are there for one.
    case noQuorum(answering: Int, of: Int)
    /// The majority of the voters has no machine any more; the survivor is a member that has one, a voter if any has.
    case quorumLost(survivor: MemberName, voters: Int)
    /// One more voter lost, and the cluster stops.
    case noFaultTolerance(up: Int, of: Int)
    /// A member that the state names has no machine.
    case machineMissing(MemberName)
    /// A machine is deleted, but still owns its name.
    case machineDeleted(MemberName, hint: String?)
    case hostLost(HostName)
    /// A member's host is unreachable.
    case unreachable(MemberName, HostName)
    /// A machine does not run.
    case machineOff(MemberName)
    /// A machine runs, and no daemon is in it.
    case daemonDead(MemberName)
    /// A daemon did not answer within that time: it is slow, it hangs, or its machine does.
    case noAnswer(MemberName, within: Duration)
    /// A machine runs, and carries out no command; with what a user can do about that.
    case machineHangs(MemberName, String)
    /// A daemon gives no answer, while its machine carries out commands.
    case daemonHangs(MemberName)
    /// A daemon answers with an error.
    case daemonFails(MemberName)
    /// A daemon answers, and its cluster does not know it.
    case notJoined(MemberName)
    /// A daemon answers with nothing in it, and its cluster counts on what it held.
    case dataLost(MemberName)
    /// A daemon takes itself for a member, and its cluster does not know it.
    case expelled(MemberName)
    /// The cluster says of a member that it is something other than online: `offline`, `evacuated`.
    case notOnline(MemberName, state: String)
    /// The removal of a member has begun, and not ended.
    case removalInterrupted(MemberName)
    /// Instances that ran before a `stop` or a snapshot that was interrupted.
    case instancesInterrupted([String])
    /// A member that its cluster knows under another name, which `lxc cluster rename` has given it.
    case renamed(MemberName, to: String)
    /// LXD knows a member that the state does not.
    case stranger(String)
    /// The cluster trusts a client that neither this tool nor the user's `lxc` has added.
    case foreignClient(String, fingerprint: String)
    /// A machine has another address than LXD knows.
    case moved(MemberName, from: IPv4, to: IPv4)
    /// Not all members run the same version of LXD.
    case versionsDiffer([String: [String]])
    /// The user's client has lost the cluster's remote.
    case remoteMissing(String)
    /// The remote trusts another certificate than the cluster's.
    case remoteStale(String)
    /// The remote leads to an address that is not the member's.
    case remoteElsewhere(String, address: String)
    /// The members answer, and the slowest of them took that long: no trouble of the cluster's.
    case slow(Duration)
    /// The members run a version that this program does not know, and treats as that known one: a note.
    case versionUnknown(String, treatedAs: String)
    /// Something is not as the cluster file at that path says, which was last applied: a note.
    case drifted(from: String, [String])
    /// Instances of a unit do not answer that they are healthy, and what one of them answered: a note.
    case unhealthy(unit: String, [String], String)
    /// The cluster does not trust the user's client any more.
    case clientUntrusted(String)
    /// The cluster has another certificate than the remote has pinned.
    case certificateChanged(String)
    /// The user's client gets no answer at the remote's address, for that reason.
    case apiUnreachable(String, address: String, String)
    /// A member's API does not listen where its cluster and its clients expect it.
    case apiNotListening(MemberName, ServerInfo.AddressMismatch)
    /// What the machines share on a host is not as it should be.
    case network(NetworkFault)

    /// What is the matter, without a full stop.
    package var sentence: String {
        switch self {
        case .changing(let change): change.sentence
        case .interrupted(let cluster): "\(cluster) is not finished (interrupted)"
        case .unfinished(let cluster, let steps): "\(cluster) is not finished: \(Self.brief(steps))"
        case .deletionIncomplete: "deletion incomplete: destroy finishes it, up recreates the cluster"
        case .restoreIncomplete(let snapshot):
            "restore from \(snapshot) incomplete: machines may be in different states"
        case .importIncomplete(let archive): "import from \(archive) incomplete: the machines are not all there"
        case .gone: "no machine is left: destroy the cluster, or recreate it with up"
        case .stopped: "stopped"
        case .silent(let running, let all):
            "\(running) of \(all) machines run, and \(Engine.current.title) answers on none"
        case .noClusterAnswer(let limit): "the cluster did not answer within \(limit.brief)"
        case .noQuorum(let answering, let all):
            answering > all / 2
                ? "\(Engine.current.title) answers on \(answering) of \(all) members, and its database has no leader: nothing can be changed"
                : "\(Engine.current.title) answers on \(answering) of \(all) members, and has no quorum: nothing can be changed"
        case .quorumLost(_, let voters):
            voters == 1
                ? "the only voter is permanently lost: \(Engine.current.title) cannot continue without it"
                : "the majority of the \(voters) voters is permanently lost: \(Engine.current.title) cannot continue without them"
        case .noFaultTolerance(let up, let all): "\(up) of \(all) voters up: one more loss stops the cluster"
        case .instancesInterrupted(let names):
            "interrupted while instances were being stopped: \(names.prefix(3).joined(separator: ", "))"
                + (names.count > 3 ? " and \(names.count - 3) more" : "")
        case .hostLost(let host): "host \(host) is unreachable"
        case .stranger(let name):
            "\(Engine.current.title) has a member \(name), which is not in this cluster's state"
        case .foreignClient(let name, let fingerprint):
            "the cluster trusts a client that bcmcluster did not add: \(name.isEmpty ? "" : "\(Shell.quoted(name.clipped)), ")fingerprint \(fingerprint)"
        case .versionsDiffer(let versions):
            "the members run different versions of \(Engine.current.title): "
                + versions.sorted { $0.key < $1.key }.map { "\($0) on \($1.sorted().joined(separator: ", "))" }
                .joined(separator: "; ")
        case .remoteMissing(let name): "your \(Engine.current.client) has no remote \(name)"
        case .remoteStale(let name):
            "your \(Engine.current.client) remote \(name) trusts a certificate that is not this cluster's"
        case .remoteElsewhere(let name, let address):
            "your \(Engine.current.client) remote \(name) points to \(address), where no member of this cluster is"
        case .clientUntrusted(let name):
            "the cluster does not trust the certificate of your \(Engine.current.client) (remote \(name))"
        case .certificateChanged(let name):
            "the cluster has another certificate than your \(Engine.current.client) remote \(name) trusts"
        case .apiUnreachable(let name, let address, let reason):
            "your \(Engine.current.client) does not reach \(address) (remote \(name)): \(reason)"
        case .network(let fault): fault.sentence
        case .slow(let took): "slow: \(took.brief) for an answer"
        case .drifted(let path, let differences):
            "differs from \(path == "-" ? "the cluster file" : path): \(Self.brief(differences, of: "differences"))"
        case .unhealthy(_, let names, let answer): "unhealthy: \(Self.brief(names, of: "instances")) (\(answer))"
        case .versionUnknown(let version, let known):
            "\(Engine.current.title) \(version) is not known to this version of bcmcluster, which treats it as \(known)"
        default: "\(member?.text ?? "") \(trouble ?? "")"
        }
    }

    /// The first steps, and how many follow.
    private static func brief(_ steps: [String], of what: String = "steps") -> String {
        let more = steps.count > 4 ? ["\(steps.count - 3) more \(what)"] : []
        return (steps.prefix(more.isEmpty ? 4 : 3) + more).joined(separator: ", ")
    }

    /// The member that it is about.
    package var member: MemberName? {
        switch self {
        case .machineMissing(let member), .machineDeleted(let member, _), .machineOff(let member),
            .unreachable(let member, _),
            .daemonDead(let member), .daemonHangs(let member), .daemonFails(let member), .noAnswer(let member, _),
            .machineHangs(let member, _),
            .notJoined(let member),
            .dataLost(let member), .expelled(let member), .notOnline(let member, _), .moved(let member, _, _),
            .renamed(let member, _), .apiNotListening(let member, _), .removalInterrupted(let member):
            member
        default: nil
        }
    }

    /// What is the matter with the member, to stand behind its name; `nil` where it is not about one.
    package var trouble: String? {
        switch self {
        case .machineMissing: "has no machine"
        case .machineDeleted: "was deleted, but not purged"
        case .machineOff: "does not run"
        case .removalInterrupted: "was being removed, which was interrupted"
        case .unreachable(_, let host): "is on \(host), which is unreachable"
        case .daemonDead, .daemonHangs, .daemonFails: "does not answer"
        case .machineHangs: "hangs: its machine runs, but executes no commands"
        case .noAnswer(_, let limit): "did not answer within \(limit.brief)"
        case .notJoined: "has not joined"
        case .dataLost: "has lost its data"
        case .expelled: "was removed from the cluster without its knowledge"
        case .renamed(_, let other): MemberRename.trouble(other)
        case .notOnline(_, let state): "is \(state)"
        case .moved(_, let from, let to): "has moved to \(to), but \(Engine.current.title) expects it at \(from)"
        case .apiNotListening(_, let address):
            "does not listen at \(address.expected): core.https_address is \(address.configured ?? "not set")"
        default: nil
        }
    }
}
