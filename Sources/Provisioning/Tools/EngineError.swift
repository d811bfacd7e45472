/// What LXD or Incus refuses or reports, read from the messages of its client; they are recognised here and nowhere else.
///
/// Sources: LXD 5.0.2, 5.21.7 and 6.9, Incus 6.0.4 and 7.0.2.
enum EngineError: ToolError, Hashable {
    case noDaemon
    /// LXD still carries out what a killed client began, or still removes on the target what a transfer has left that
    /// broke off.
    case busy
    /// The server is asked for what only the leader of the database does.
    case notLeader
    /// The cluster does not take the server's certificate or token.
    case trustRefused
    /// Two servers that joined at the same time got one number, or changed the configuration of the database (raft) at once.
    case joinCollision
    /// The server lacks a feature, which the client takes from the answer: one that is about to join gives a short one.
    case extensionMissing
    case alreadyClustered
    case memberExists
    /// The network is prepared on that member, or created.
    case networkPrepared
    /// The network is there on all members.
    case networkCreated
    case inUse
    /// A storage pool that exists cannot be changed so.
    case poolUpdateRefused
    case alreadyTrusted
    case nameTaken
    case alreadyRunning
    case alreadyStopped
    /// The cluster has just started, and takes no member for online before its first heartbeat.
    case noOnlineMembers
    /// A role that the member has got meanwhile is not in the request.
    case roleMissing
    /// The configuration of the database (raft) has no such address.
    case noRaftNode
    /// The daemon spoke to a leader of the database that is gone; the next call finds the new one.
    case leaderChanged
    /// The database has no leader: the answer after some ten seconds of trying.
    case noLeader
    /// The server has another certificate than the client expects.
    case certificateRefused
    /// A member that the call needs does not answer.
    case memberAway
    /// The database lacks a table or a column: another version has it.
    case noSuchTable
    /// A file or folder of the daemon's is missing.
    case noSuchFile
    case notFound

    static let signs: [(sign: String, error: EngineError)] = [
        ("unix.socket: connect:", .noDaemon), ("daemon doesn't appear to be started", .noDaemon),
        // A forced deletion is a stop, where the instance runs, and a deletion: one that starts between them is refused
        // as running, and stopped by the next try.
        ("busy", .busy), ("already exists on migration target storage", .busy), ("Instance is running", .busy),
        ("matching non-reusable operation", .busy),
        ("Not leader", .notLeader),
        // LXD 5.0 and Incus; LXD 5.21 and 6.9.
        ("Failed to setup cluster trust", .trustRefused), ("Failed setting up cluster trust", .trustRefused),
        ("server ID already in use", .joinCollision),
        ("configuration change is already in progress", .joinCollision),
        ("API extension", .extensionMissing),
        ("already clustered", .alreadyClustered), ("already has a member", .memberExists),
        ("already defined", .networkPrepared), ("not in pending state", .networkPrepared),
        ("network is already created", .networkCreated), ("is in use", .inUse),
        ("Failed to update storage pool", .poolUpdateRefused), ("Failed updating storage pool", .poolUpdateRefused),
        ("already in trust store", .alreadyTrusted),
        // Incus 6.0.4 shows the database's own words.
        ("already exists", .nameTaken), ("UNIQUE constraint failed", .nameTaken),
        ("already running", .alreadyRunning), ("already stopped", .alreadyStopped),
        ("no online cluster members", .noOnlineMembers),
        ("cannot be dropped", .roleMissing),
        ("No raft node with address", .noRaftNode),
        // LXD 5.0 and Incus; LXD 6.9.
        ("Failed to begin transaction", .leaderChanged), ("Failed beginning transaction", .leaderChanged),
        ("context deadline exceeded", .leaderChanged), ("driver: bad connection", .leaderChanged),
        ("leader", .noLeader),
        ("x509:", .certificateRefused), (" is down", .memberAway), ("Unable to connect", .memberAway),
        ("Cannot connect", .memberAway),
        ("connection refused", .memberAway), ("no route to host", .memberAway),
        ("no such table", .noSuchTable), ("no such column", .noSuchTable),
        ("no such file or directory", .noSuchFile),
        // Incus and LXD 5.0; LXD 5.21 and 6.9.
        ("not found", .notFound), ("Not Found", .notFound), ("No such object", .notFound),
    ]

    /// What a first configuration or a join reports where an earlier one was cut off.
    ///
    /// A pool that exists is updated, and LXD refuses that.
    static let ofEarlierTry: Set<EngineError> = [
        .trustRefused, .alreadyClustered, .memberExists, .networkPrepared, .inUse, .poolUpdateRefused, .nameTaken,
    ]

    /// What a join reports that failed since others joined at the same time (Incus 7.0.2).
    static let ofJoinsAtOnce: Set<EngineError> = [.joinCollision, .extensionMissing]
}

/// Why a daemon ended by itself at its start, read from its log.
enum DaemonExit: ToolError {
    /// It has the configuration of a database that does not know its address: it was ended in the middle of a join.
    case unknownToDatabase

    static let signs: [(sign: String, error: DaemonExit)] = [
        ("No node registered with address", .unknownToDatabase),
        ("failed to update node version info: updated 0 rows", .unknownToDatabase),
    ]
}

extension Failure {
    /// What LXD reported, where this is the failure of one of its commands.
    var engineError: EngineError? { code == .commandFailed ? output.flatMap { EngineError($0) } : nil }

    /// Whether the daemon, or the machine that it is in, gave no answer that could be used.
    var isNoAnswer: Bool { [.commandFailed, .timedOut, .conflict].contains(code) }
}
