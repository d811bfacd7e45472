/// What multipass refuses or reports, read from its messages; they are recognised here and nowhere else.
///
/// Source: the state of a real 1.16.3. What counts is the last message on standard error: log lines such as
/// `[…] [error] [url downloader] Failed to get …` come before it, and say nothing about the outcome.
package enum MultipassError: ToolError, Sendable {
    /// The client cannot connect to the daemon.
    case daemonDown
    /// The daemon does not know the client.
    case notAuthenticated
    /// An instance of that name exists, or is deleted and not purged.
    case nameExists
    /// An instance of that name is being launched; `list` may not show it yet.
    case namePreparing
    /// There is no instance of that name.
    case noInstance
    /// The image file of a `file://` URL does not exist.
    case noImageFile
    /// No remote has such an image.
    case noImage
    /// The image servers cannot be reached, and nothing is cached.
    case imagesUnreachable
    /// The client's own `--timeout` is over; the daemon continues.
    case clientTimeout
    /// The client could not connect to the instance: the remote command never began.
    case notConnected
    /// The connection broke, with the command under way or not.
    case connectionLost
    /// A snapshot cannot be deleted while its instance is on.
    case snapshotInUse
    /// This version has no snapshots.
    case snapshotsUnknown
    /// The driver takes no snapshots.
    case snapshotsUnsupported
    /// This version has no such option.
    case unknownOption
    /// Anything else that the client or the daemon refused.
    case refused

    static let signs: [(sign: String, error: MultipassError)] = [
        ("not authenticated", .notAuthenticated), ("multipass authenticate", .notAuthenticated),
        ("cannot connect to the multipass socket", .daemonDown),
        ("is being prepared", .namePreparing), ("already exists", .nameExists),
        ("Custom image", .noImageFile), ("Unable to find an image", .noImage),
        ("is unknown or unreachable", .imagesUnreachable),
        ("Timed out waiting for instance", .clientTimeout),
        ("ssh connection failed:", .notConnected),
        ("Connection reset by peer", .connectionLost), ("timed out after", .connectionLost),
        (#"Failed to get shared "write" lock"#, .snapshotInUse), ("must be stopped before deleting", .snapshotInUse),
        ("Unknown command or alias", .snapshotsUnknown), ("Unknown option", .unknownOption),
        ("not implemented on this backend", .snapshotsUnsupported),
        ("does not exist", .noInstance),
    ]

    /// Reads what multipass printed on standard error.
    init(message errors: String) {
        self = Self(Self.lastMessage(of: errors)) ?? .refused
    }

    /// Whether it is a verb of multipass, such as `launch`, that reports something there.
    static func isReport(of verb: String, _ errors: String) -> Bool {
        lastMessage(of: errors).hasPrefix("\(verb) failed: ")
    }

    /// The message that decides, which may have several lines: from the last `… failed: ` on, without log lines.
    static func lastMessage(of errors: String) -> String {
        let lines = errors.split(separator: "\n").map(\.trimmed).filter { !$0.isEmpty && !isLogLine($0) }
        let start = lines.lastIndex { $0.contains(#/^[a-z]+ failed: /#) } ?? max(0, lines.count - 1)
        return lines[min(start, lines.count)...].joined(separator: "\n")
    }

    /// Whether it is a line of the client's log: `[2026-11-27T06:15:20.000] [error] [url downloader] Failed to get …`.
    private static func isLogLine(_ line: String) -> Bool { line.contains(#/^\[\d{4}-\d\d-\d\d[^\]]*\] \[[a-z]+\]/#) }

    /// Whether asking again may help, where the command only reads.
    var isPassing: Bool { [.notConnected, .connectionLost].contains(self) }
}

extension MultipassError {
    /// The code, the message and the hint for the user; `nil` where multipass's own words have to do.
    private var explanation: (code: Failure.Code, message: String, hint: String)? {
        switch self {
        case .notAuthenticated:
            (
                .missing, "multipass requires authentication",
                "multipass authenticate, then run the same command again"
            )
        case .daemonDown:
            (
                .missing, "the multipass daemon does not answer",
                "snap start multipass, or see snap logs multipass"
            )
        case .noImage:
            (
                .missing, "multipass has no such image",
                "choose one from multipass find, and pass it to up with --image: possible while the cluster has no machine"
            )
        case .imagesUnreachable:
            (
                .missing, "multipass cannot reach its image servers",
                "check the network and the proxy of the multipass daemon, then run the same command again"
            )
        case .snapshotInUse:
            (
                .conflict, "multipass deletes snapshots only of machines that are stopped",
                "bcmcluster stop, then the same command again, then bcmcluster start"
            )
        case .snapshotsUnknown:
            (.missing, "this multipass does not support snapshots: 1.13 or later is required", "snap refresh multipass")
        case .snapshotsUnsupported:
            (
                .missing, "multipass does not support snapshots with the driver in use",
                "see multipass get local.driver; qemu supports them"
            )
        default: nil
        }
    }

    /// The failure of a `multipass` call, with a message and a hint where multipass's own words are not enough.
    static func explained(_ failure: Failure) -> Failure {
        var explained = failure
        if failure.code == .missing {
            explained.message = "multipass is not installed"
            explained.hint = "snap install multipass, or choose another --provider"
        } else if let (code, message, hint) = failure.multipassError?.explanation {
            (explained.code, explained.message, explained.hint) = (code, message, hint)
        }
        return explained
    }
}

extension Failure {
    /// What multipass reported, where this is the failure of one of its commands.
    var multipassError: MultipassError? {
        guard code == .commandFailed, let output else { return nil }
        return MultipassError(message: output)
    }

    /// The failure of a `multipass` call on that host, with its name, and with a hint where the message is a known one.
    package func ofMultipass(on host: HostName) -> Failure {
        guard code == .commandFailed else { return self }
        var explained = MultipassError.explained(self)
        if multipassError == .noImage { explained.hint = "choose one that multipass find shows there" }
        explained.message = "\(host): \(explained.message)"
        return explained
    }

    /// Whether the daemon continues with what its client has stopped waiting for.
    package var continuesInMultipass: Bool { code == .timedOut || multipassError == .clientTimeout }

    /// Whether an instance has the name, or another client's launch will give it to one.
    package var isNameTakenInMultipass: Bool { [.nameExists, .namePreparing].contains(multipassError) }
}
