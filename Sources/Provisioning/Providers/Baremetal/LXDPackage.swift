/// The kinds of packages that LXD comes in, and what each makes of a host.
///
/// The places are those of Debian's package and of the snap's own scripts (canonical/lxd-pkg-snap).
struct LXDPackage: Sendable, Equatable {
    /// What a note calls it.
    let name: String
    /// The daemon's program, by which it is known.
    let daemon: String
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

    /// Debian's and its kin's.
    static let debian = LXDPackage(
        name: "apt", daemon: "/usr/bin/lxd", programs: "", folder: "/var/lib/lxd", logs: "/var/log/lxd",
        service: "lxd.service", units: ["lxd.socket", "lxd.service", "lxd-containers.service"])

    /// Canonical's snap.
    static let snap = LXDPackage(
        name: "snap", daemon: "/snap/bin/lxd", programs: "/snap/bin/", folder: "/var/snap/lxd/common/lxd",
        logs: "/var/snap/lxd/common/lxd/logs", service: "snap.lxd.daemon.service",
        units: ["snap.lxd.daemon.unix.socket", "snap.lxd.daemon.service"])

    /// Both.
    static let all = [debian, snap]

    /// The log of the daemon.
    var log: String { "\(logs)/lxd.log" }

    /// The command lines of the daemon, and of nothing else.
    static let daemonPattern = "^([^ ]*/)?lxd --(group|logfile|debug|verbose|syslog)"

    /// The command lines of the daemon and of all that it has started; a container goes with its monitor, which is what
    /// `lxc.monitor.signal.pdeath` asks for (lxc.container.conf(5)).
    var processPattern: String {
        let helpers = "dnsmasq|radvd|qemu-system-[^ ]*|virtiofsd|swtpm"
        let ours = "(\(folder)|\(logs))/"
        return "\(Self.daemonPattern)|^([^ ]*/)?lxd fork|^\\[lxc monitor\\] \(ours)|^[^ ]*(\(helpers)) .*\(ours)"
    }

    /// The command as it is run on a host: whatever remotes a person has there, the client asks this daemon, and leaves
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
