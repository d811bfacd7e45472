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
    let process: String
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
    /// The log of the daemon.
    let log: String
    /// The folder of its files that a reboot of the host may take; `nil` where they are in its own folder.
    var runtime: String?
    /// The command line of a daemon that its unit starts without a log of its own; `nil` where it always has one.
    var lineWithSyslog: String?
    /// The units of the sockets by which clients start the daemon.
    let sockets: [String]
    /// The unit of the daemon.
    let service: String
    /// The other units that start it, or stop instances.
    var otherUnits: [String] = []
    /// How long systemd may take to stop the unit of the daemon.
    let stopLimit: Duration
    /// Whether a stop of the unit by systemd shuts instances down, as the snap's does unless it was reloaded just before.
    let stopsInstances: Bool

    /// All its units, the sockets first: a client would start the daemon through them.
    var units: [String] { sockets + [service] + otherUnits }

    // MARK: Processes

    // A host may have an LXD of each package, and others. What tells them apart is what they were started with: the control
    // groups of their units do not, since the snap's daemon leaves its own (canonical/lxd-pkg-snap, daemon.start).

    /// An argument in one of the daemon's folders.
    private var ownPath: String { "[ =](\(([folder, logs] + [runtime].compactMap { $0 }).joined(separator: "|")))/" }

    /// The command lines of this package's daemon, whose unit tells it where to log, and of no other's.
    var daemonPattern: String {
        let logging = "^([^ ]*/)?\(process)([.]debug)? (.* )?--logfile[ =]\(logs)/"
        return lineWithSyslog.map { "\(logging)|^\($0)$" } ?? logging
    }

    /// The command lines of what is root's: the daemon, its helpers, which it starts by its own path, and the monitors,
    /// with which containers end (lxc.conf(5), lxc.monitor.signal.pdeath).
    var rootPattern: String { "\(daemonPattern)|^\(program) fork|^\\[lxc monitor\\] (\(folder)|\(logs))/" }

    /// The command lines of the other programs that it starts, some as other users.
    var helperPattern: String { "^[^ ]*(dnsmasq|radvd|qemu-system-[^ ]*|virtiofsd|swtpm) .*\(ownPath)" }
}
