/// What LXD or Incus refuses or reports, read from the messages of its client; they are recognised here and nowhere else.
///
/// Sources: LXD 5.0.2, 5.21.7 and 6.9, Incus 6.0.4 and 7.0.2.
enum EngineError: ToolError, Hashable {
    case noDaemon
    /// Nothing is on an instance's console that was not read before.
    case emptyConsole
    /// LXD still carries out what a killed client began, or still removes on the target what a transfer has left that
    /// broke off.
    case busy
    /// The same was asked by another client, and has been done for that one while this one waited.
    case doneByAnother
    /// The server is asked for what only the leader of the database does.
    case notLeader
    /// The cluster does not take the server's certificate or token.
    case trustRefused
    /// The cluster trusts another server's certificate under the name of the one that joins: that of a join that failed, or
    /// of a member that is not there any more (LXD 5.21 and 6.9; others accept two of one name).
    case certificateNameTaken
    /// Two servers that joined at the same time got one number, or the configuration of the database (raft) is being changed
    /// already, by a join, a removal or a change of votes.
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
    /// It was not off when its time to stop was over.
    case stopTimedOut
    /// Without its processes continuing it cannot stop by itself.
    case frozen
    /// The cluster has just started, and takes no member for online before its first heartbeat.
    case noOnlineMembers
    /// An evacuation would leave too few voters for a quorum (LXD 6.9).
    case tooFewVoters
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
    /// The server does not know the client's certificate, or the client may not do that.
    case notAuthorized
    /// The transfer of a volume between two members ended before it was complete.
    case transferBroken
    /// A member that the call needs does not answer.
    case memberAway
    /// The client did not get to the image that it was to take: it is absent, or nothing answers for it.
    case imageUnresolved
    /// The database lacks a table or a column: another version has it.
    case noSuchTable
    /// A file or folder of the daemon's is missing.
    case noSuchFile
    case notFound

    static let signs: [(sign: String, error: EngineError)] = [
        ("open : no such file or directory", .emptyConsole),
        ("unix.socket: connect:", .noDaemon), ("daemon doesn't appear to be started", .noDaemon),
        ("matching non-reusable operation has now succeeded", .doneByAnother),
        // A forced deletion is a stop, where the instance runs, and a deletion: one that starts between them is refused
        // as running, and stopped by the next try.
        ("is busy", .busy), ("already exists on migration target storage", .busy), ("Instance is running", .busy),
        ("matching non-reusable operation", .busy),
        ("Not leader", .notLeader),
        // LXD 5.0 and Incus; LXD 5.21 and 6.9.
        ("Failed to setup cluster trust", .trustRefused), ("Failed setting up cluster trust", .trustRefused),
        ("Failed getting existing certificate: Forbidden", .certificateNameTaken),
        ("server ID already in use", .joinCollision),
        ("configuration change is already in progress", .joinCollision),
        ("API extension", .extensionMissing),
        ("already clustered", .alreadyClustered), ("already has a member", .memberExists),
        ("already defined", .networkPrepared), ("not in pending state", .networkPrepared),
        ("network is already created", .networkCreated), ("is in use", .inUse),
        ("Failed to update storage pool", .poolUpdateRefused), ("Failed updating storage pool", .poolUpdateRefused),
        ("already in trust store", .alreadyTrusted),
        // Incus 6.0.4 shows the database's own words.
        ("already exists", .nameTaken), ("UNIQUE constraint failed: instances.", .nameTaken),
        ("already running", .alreadyRunning), ("already stopped", .alreadyStopped),
        // The words behind it are those of a lost leader.
        ("Failed shutting down instance", .stopTimedOut), ("Cannot shutdown frozen instance", .frozen),
        ("no online cluster members", .noOnlineMembers), ("Insufficient online voters", .tooFewVoters),
        ("cannot be dropped", .roleMissing),
        ("No raft node with address", .noRaftNode),
        // LXD 5.0 and Incus; LXD 6.9.
        ("Failed to begin transaction", .leaderChanged), ("Failed beginning transaction", .leaderChanged),
        ("context deadline exceeded", .leaderChanged), ("driver: bad connection", .leaderChanged),
        ("leader server found", .noLeader), ("cluster leader", .noLeader), ("leadership", .noLeader),
        ("x509:", .certificateRefused), (" is down", .memberAway), ("Unable to connect", .memberAway),
        ("Cannot connect", .memberAway),
        ("connection refused", .memberAway), ("no route to host", .memberAway),
        // LXD; Incus 6.0; Incus 7.0.
        ("Missing event connection with target cluster member", .memberAway), ("Server isn't ready yet", .memberAway),
        ("is unavailable", .memberAway), ("is offline", .memberAway), ("offline cluster member", .memberAway),
        // LXD 5.0 and Incus; LXD 5.21 and 6.9.
        ("not authorized", .notAuthorized), ("Forbidden", .notAuthorized),
        // LXD 5.21; LXD 6.9. Also without a leader, and to a client that is not trusted.
        ("Failed to find image", .imageUnresolved), ("Failed finding image", .imageUnresolved),
        ("websocket: close", .transferBroken),
        ("no such table", .noSuchTable), ("no such column", .noSuchTable),
        ("no such file or directory", .noSuchFile),
        // Incus and LXD 5.0; LXD 5.21 and 6.9.
        ("not found", .notFound), ("Not Found", .notFound), ("No such object", .notFound),
    ]

    /// What a first configuration or a join reports where an earlier one was cut off.
    ///
    /// A pool that exists is updated, and LXD refuses that.
    static let ofEarlierTry: Set<EngineError> = [
        .trustRefused, .certificateNameTaken, .alreadyClustered, .memberExists, .networkPrepared, .inUse,
        .poolUpdateRefused, .nameTaken,
    ]

    /// The text without what stands in quotation marks: the names of things, which can be any words.
    static func significantPart(of text: String) -> String { text.replacing(/"[^"\n]*"|`[^`\n]*`/, with: "\"\"") }

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
