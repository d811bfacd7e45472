/// The kinds of packages that LXD comes in, and what each makes of a host.
///
/// The places are those of Debian's package and of the snap's own scripts (canonical/lxd-pkg-snap).
struct LXDPackage: Sendable, Equatable {
    /// What a note calls it.
    let name: String
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

    /// Debian's and its kin's.
    static let debian = LXDPackage(
        name: "apt", daemon: "/usr/bin/lxd", program: "/usr/bin/lxd", programs: "", folder: "/var/lib/lxd",
        logs: "/var/log/lxd", service: "lxd.service", units: ["lxd.socket", "lxd.service", "lxd-containers.service"],
        stopLimit: .seconds(90), stopsInstances: false)

    /// Canonical's snap.
    static let snap = LXDPackage(
        name: "snap", daemon: "/snap/bin/lxd", program: "/snap/lxd/[^/ ]*/bin/lxd", programs: "/snap/bin/",
        folder: "/var/snap/lxd/common/lxd", logs: "/var/snap/lxd/common/lxd/logs", service: "snap.lxd.daemon.service",
        units: ["snap.lxd.daemon.unix.socket", "snap.lxd.daemon.service"], stopLimit: .seconds(660),
        stopsInstances: true)

    /// Both.
    static let all = [debian, snap]

    /// The unit of the socket by which clients start the daemon.
    var socket: String { units[0] }

    /// The log of the daemon.
    var log: String { "\(logs)/lxd.log" }

    // MARK: Processes

    // A host may have an LXD of each package, and others. What tells them apart is what they were started with: the control
    // groups of their units do not, since the snap's daemon leaves its own (canonical/lxd-pkg-snap, daemon.start).

    /// An argument in one of the daemon's folders.
    private var ownPath: String { "[ =](\(folder)|\(logs))/" }

    /// The command lines of this package's daemon, which both packages tell where to log, and of no other's.
    var daemonPattern: String { "^([^ ]*/)?lxd([.]debug)? (.* )?--logfile[ =]\(logs)/" }

    /// The command lines of what is root's: the daemon, its helpers, which it starts by its own path, and the monitors,
    /// with which containers end (lxc.conf(5), lxc.monitor.signal.pdeath).
    var rootPattern: String { "\(daemonPattern)|^\(program) fork|^\\[lxc monitor\\] (\(folder)|\(logs))/" }

    /// The command lines of the other programs that it starts, some as other users.
    var helperPattern: String { "^[^ ]*(dnsmasq|radvd|qemu-system-[^ ]*|virtiofsd|swtpm) .*\(ownPath)" }

    /// The package that is installed where the runner is root; `nil` where none is, or only what would install one when it
    /// is called.
    static func installed(_ root: any CommandRunner) async throws -> LXDPackage? {
        let found = try await RootFiles(root).inodes(of: all.map(\.daemon))
        return all.first { found[$0.daemon] != nil }
    }

    /// The command as it is run on a host: whatever remotes the user has there, the client asks this daemon, and leaves
    /// no configuration behind, also for a command of the user's.
    func onHost(_ command: Command, _ engine: Engine) -> Command {
        guard [engine.client, engine.daemon].contains(command.program) else { return command }
        var own = command
        if command.program == engine.client, !command.arguments.contains("--force-local") {
            own.arguments.insert("--force-local", at: 0)
        }
        own.program = programs + command.program
        return own
    }
}

/// Runs commands on a host with that LXD.
struct HostsLXD: CommandRunner {
    let root: any CommandRunner
    let package: LXDPackage
    let engine: Engine

    func run(_ command: Command) async throws -> CommandResult { try await root.run(package.onHost(command, engine)) }
}
