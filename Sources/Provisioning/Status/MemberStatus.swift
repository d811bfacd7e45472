/// How one member is: what its machine does, what its daemon answers, and how its cluster sees it.
public struct MemberStatus: Sendable, Equatable {
    /// What the member's daemon says when it is asked.
    package enum Daemon: Sendable, Equatable {
        case answers
        /// It answers, but with an error.
        case fails
        /// It has not answered within the limit; it may be slow, or its machine is.
        case late
        /// It gives no answer for as long as a proof takes, while its machine carries out commands.
        case hangs
        /// No daemon is there.
        case silent
        /// Nobody asked: its machine does not run, or is not ours.
        case notQueried
    }

    /// The name.
    public var name: String
    /// Whether the state names it.
    package var isInState: Bool
    /// What its machine does; `nil` where there is none.
    package var machine: Machine.State?
    package var daemon: Daemon
    /// The host that its machine is on; `nil` where the cluster is on this machine alone.
    package var host: HostName?
    /// Its entry in the cluster; `nil` where it has none, or the cluster cannot be asked.
    package var entry: ClusterMember?
    /// Its address, as the provider knows it; that of an unmanaged member, as LXD does.
    package var address: IPv4?
    /// Whether its daemon takes itself for a member of a cluster.
    package var isClustered = false
    /// LXD's version on it.
    package var version: String?
    /// How many instances live there.
    package var instances: Int?
    /// What its storage pool holds.
    package var storage: StorageUse?
    /// Where its cluster expects its API, where that listens elsewhere.
    package var addressMismatch: ServerInfo.AddressMismatch?
    /// How long its daemon was waited for, where it gave no answer.
    package var waited: Duration = .zero
    /// What a user can do about its machine, where that gives no answer for as long as a proof takes.
    package var machineHint: String?
    /// Since when its machine runs, in seconds since 1970.
    package var since: Int?

    /// A member about which only this much is known.
    package init(name: String, isInState: Bool, machine: Machine.State?, daemon: Daemon) {
        self.name = name
        self.isInState = isInState
        self.machine = machine
        self.daemon = daemon
    }

    /// Whether its daemon answers and its cluster says that it is online.
    public var isOnline: Bool { daemon == .answers && entry?.isOnline ?? false }

    /// Whether its daemon answers and is in no cluster, as one whose machine was recreated.
    var isBlank: Bool { daemon == .answers && !isClustered }

    /// Whether it has a vote on what the database holds.
    package var isVoter: Bool { entry?.isVoter ?? false }

    /// Whether it has a copy of the database, as voters and standby members do.
    var hasCopyOfDatabase: Bool { entry?.database ?? false }

    /// Whether it leads the database.
    package var isLeader: Bool { entry?.isLeader ?? false }

    /// Its address as LXD knows it.
    package var knownAddress: IPv4? { entry?.address }

    /// What its machine does, in a word.
    package var machineLabel: String {
        machine?.label ?? (isInState ? "missing" : "unknown")
    }

    /// What LXD does on it, in a word.
    package var lxdLabel: String {
        switch daemon {
        case .answers: entry.map { $0.status.lowercased() } ?? "unknown"
        case .fails: "failing"
        case .late: "no answer"
        case .hangs: "hanging"
        case .silent: "dead"
        case .notQueried: machine == nil && !isInState ? entry?.status.lowercased() ?? "unknown" : "off"
        }
    }

    /// Its roles in the cluster, the weightiest first, in plain words.
    package var roles: [String] {
        let words = ["database-leader": "leader", "database": "voter", "database-voter": "voter"]
        let roles = (entry?.roles ?? []).map { words[$0] ?? $0.replacing("database-", with: "") }
        return roles.contains("leader") ? ["leader"] + roles.filter { $0 != "leader" && $0 != "voter" } : roles
    }
}

extension Machine.State {
    /// The same in a word.
    package var label: String {
        switch self {
        case .running: "running"
        case .stopped: "stopped"
        case .starting: "starting"
        case .deleted: "deleted"
        case .unreachable: "unreachable"
        case .other(let word): word.lowercased()
        }
    }
}

extension ClusterMember {
    /// Whether it has a vote on what the database holds; `database` alone, where there are no roles, counts standby members too.
    var isVoter: Bool {
        roles.map { $0.contains { ["database", "database-voter", "database-leader"].contains($0) } } ?? database
    }
}
