/// A package that an engine comes in, and what it makes of a host.
///
/// The places are those of Debian's package and of the snap's own scripts (canonical/lxd-pkg-snap).
struct EnginePackage: Sendable, Equatable {
    /// The package manager, as notes on hosts call it.
    enum Kind: String, Sendable {
        case debian = "apt"
        case snap
    }

    let kind: Kind
    /// The daemon, as its process is called.
    let engine: String
    /// The daemon's program, by which it is known.
    let daemon: String
    /// The path by which the daemon starts itself, as a regular expression.
    let program: String
    /// What stands before the names of its programs: a snap's folder is not in everybody's PATH.
    let programs: String
    /// The daemon's folder.
    let folder: String
    /// The folder of its logs.
    let logs: String
    /// The unit of the daemon.
    let service: String
    /// All its units, the socket first: a client would start the daemon through it.
    let units: [String]
    /// How long systemd may take to stop the unit of the daemon.
    let stopLimit: Duration
    /// Whether a stop of the unit by systemd shuts instances down, as the snap's does unless it was reloaded just before.
    let stopsInstances: Bool

    /// The unit of the socket by which clients start the daemon.
    var socket: String { units[0] }

    /// The log of the daemon.
    var log: String { "\(logs)/\(engine).log" }

    // MARK: Processes

    // A host may have an LXD of each package, and others. What tells them apart is what they were started with: the control
    // groups of their units do not, since the snap's daemon leaves its own (canonical/lxd-pkg-snap, daemon.start).

    /// An argument in one of the daemon's folders.
    private var ownPath: String { "[ =](\(folder)|\(logs))/" }

    /// The command lines of this package's daemon, which both packages tell where to log, and of no other's.
    var daemonPattern: String { "^([^ ]*/)?\(engine)([.]debug)? (.* )?--logfile[ =]\(logs)/" }

    /// The command lines of what is root's: the daemon, its helpers, which it starts by its own path, and the monitors,
    /// with which containers end (lxc.conf(5), lxc.monitor.signal.pdeath).
    var rootPattern: String { "\(daemonPattern)|^\(program) fork|^\\[lxc monitor\\] (\(folder)|\(logs))/" }

    /// The command lines of the other programs that it starts, some as other users.
    var helperPattern: String { "^[^ ]*(dnsmasq|radvd|qemu-system-[^ ]*|virtiofsd|swtpm) .*\(ownPath)" }
}
