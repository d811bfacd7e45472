extension Finding {
    /// The hint, which repairs it or leads there.
    ///
    /// Without a successor no member is left that could let one come back.
    package func hint(for cluster: ClusterName, hasSuccessor: Bool = true) -> String {
        switch self {
        case _ where needsOtherMember && !hasSuccessor:
            "bcmcluster snapshot list -c \(cluster) shows what can be restored; without a snapshot: bcmcluster destroy -c \(cluster)"
        case .changing: "bcmcluster status -c \(cluster) --watch"
        case .interrupted, .unfinished: "bcmcluster up -c \(cluster)"
        case .deletionIncomplete, .gone: "bcmcluster destroy -c \(cluster)"
        case .restoreIncomplete(let snapshot): "bcmcluster snapshot restore -c \(cluster) \(snapshot)"
        case .importIncomplete(let archive):
            "bcmcluster snapshot import \(Shell.quoted(archive)) -c \(cluster)"
        case .removalInterrupted(let member): "bcmcluster member remove -c \(cluster) \(member)"
        case .stopped, .machineOff, .instancesInterrupted: "bcmcluster start -c \(cluster)"
        case .hostLost, .unreachable, .slow: "bcmcluster host list"
        case .machineHangs(_, let hint): hint
        case .machineDeleted(_, let hint): hint ?? "bcmcluster repair -c \(cluster)"
        case .notOnline(let member, "evacuated"): ClusterClient.line("cluster restore", member.text)
        // It waits for those that run another version.
        case .notOnline(_, "blocked"): "bcmcluster upgrade -c \(cluster)"
        // The cluster waits by itself for one that is offline.
        case .notOnline(_, let state) where state != "offline": "\(ClusterClient.line("cluster list")) tells why"
        case .renamed(let member, let other): MemberRename.hint(member, other)
        case .stranger(let name): ClusterClient.line("cluster remove", Shell.quoted(name))
        case .foreignClient(_, let fingerprint):
            "\(ClusterClient.line("config trust remove")) \(fingerprint), or, where you added it: bcmcluster repair -c \(cluster) --accept \(fingerprint)"
        // It may be the user's own: repair does not touch it.
        case .remoteStale(let name):
            "\(Engine.current.client) remote rename \(name) another-name, then bcmcluster repair -c \(cluster)"
        case .drifted(let path, _): "bcmcluster up -f \(path == "-" ? "FILE" : Shell.quoted(path))"
        case .versionUnknown: "bcmcluster --version, and see whether there is a later one"
        case .unhealthy(let unit, _, _): "bcmcluster ps -c \(cluster) \(unit)"
        case .versionsDiffer: "bcmcluster upgrade -c \(cluster)"
        default: "bcmcluster repair -c \(cluster)"
        }
    }

    /// Whether another member is needed, through which its own joins, for the first time or again.
    package var needsOtherMember: Bool {
        switch self {
        case .notJoined, .machineMissing, .dataLost, .expelled, .moved: true
        default: false
        }
    }

    /// A word for programs, which does not change.
    package var code: String {
        switch self {
        case .changing: "changing"
        case .interrupted: "interrupted"
        case .unfinished: "unfinished"
        case .deletionIncomplete: "deletion-incomplete"
        case .restoreIncomplete: "restore-incomplete"
        case .importIncomplete: "import-incomplete"
        case .gone: "no-machines"
        case .stopped: "stopped"
        case .silent: "no-daemon-answers"
        case .noClusterAnswer: "no-cluster-answer"
        case .noQuorum: "no-quorum"
        case .quorumLost: "quorum-lost"
        case .noFaultTolerance: "one-loss-stops"
        case .machineMissing: "machine-missing"
        case .machineDeleted: "machine-deleted"
        case .hostLost: "host-unreachable"
        case .unreachable: "unreachable"
        case .machineOff: "machine-off"
        case .daemonDead: "daemon-dead"
        case .noAnswer: "no-answer"
        case .machineHangs: "machine-hangs"
        case .daemonHangs: "daemon-hangs"
        case .daemonFails: "daemon-fails"
        case .notJoined: "not-joined"
        case .dataLost: "data-lost"
        case .expelled: "removed"
        case .notOnline: "not-online"
        case .removalInterrupted: "removal-interrupted"
        case .instancesInterrupted: "stop-interrupted"
        case .renamed: "renamed"
        case .stranger: "unmanaged-member"
        case .foreignClient: "foreign-client"
        case .moved: "moved"
        case .versionsDiffer: "versions-differ"
        case .remoteMissing: "remote-missing"
        case .remoteStale: "remote-stale"
        case .remoteElsewhere: "remote-elsewhere"
        case .slow: "slow"
        case .versionUnknown: "version-unknown"
        case .drifted: "drifted"
        case .unhealthy: "unhealthy"
        case .clientUntrusted: "client-untrusted"
        case .certificateChanged: "certificate-changed"
        case .apiUnreachable: "api-unreachable"
        case .apiNotListening: "api-not-listening"
        case .network(let fault): fault.code
        }
    }
}
