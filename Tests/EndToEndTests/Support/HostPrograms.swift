import Provisioning

/// What Debian's package of an engine makes of a host.
struct PackagedEngine: Sendable {
    let engine: Engine

    /// That of the engine that is tested.
    static let tested = PackagedEngine(engine: Product.engine)
    /// That of the other engine.
    static let other = PackagedEngine(engine: Product.engine == .lxd ? .incus : .lxd)

    /// The daemon's file.
    var program: String { engine == .lxd ? "/usr/bin/lxd" : engine.daemon }
    /// Where a test keeps that file, so that the engine is not installed.
    var hidden: String { "\(program)-hidden" }
    var process: String { engine == .lxd ? "lxd" : "incusd" }
    var group: String { engine == .lxd ? "lxd" : "incus-admin" }
    var folder: String { "/var/lib/\(engine.name)" }
    var logs: String { "/var/log/\(engine.name)" }
    var service: String { "\(engine.name).service" }
    /// The words with which its unit starts the daemon, and those with which any daemon of the engine is started.
    var start: String { "\(daemons) \(group) --logfile=\(logs)/\(engine.name).log" }
    var daemons: String { "\(engine.daemon) --group" }
    /// The command line that waits for the daemon.
    var wait: [String] { engine.administration + ["waitready", "--timeout=60"] }
}

/// Programs of a test host in the place of those that need a machine of their own.
enum HostPrograms {
    private static let package = PackagedEngine.tested

    /// A systemctl whose one service is a real daemon of the engine, which outlives the command that starts it.
    static let systemctl = """
        #!/bin/sh
        verb=$1
        shift
        daemon='^\(package.daemons) \(package.group) --logfile=\(package.logs)/'
        runs() { pgrep -f "$daemon" >/dev/null; }
        case "$*" in *\(package.service)*) ;; *) exit 0 ;; esac
        case $verb in
        is-active)
            if runs; then echo active; exit 0; fi
            echo inactive
            exit 3 ;;
        start)
            runs || setsid --fork \(package.start) </dev/null >/run/daemon.out 2>&1 ;;
        stop)
            pkill -TERM -f "$daemon"
            case $1 in --no-block) exit 0 ;; esac
            for second in 1 2 3 4 5 6 7 8 9 10; do runs || exit 0; sleep 1; done
            pkill -KILL -f "$daemon" ;;
        *) echo "the stand-in knows no $verb" >&2; exit 1 ;;
        esac
        exit 0

        """

    /// An apt-get that records what it is called with, and whose one package is the engine that a test has hidden; it
    /// takes as long as /run/slow says.
    static let aptGet = """
        #!/bin/sh
        echo "$DEBIAN_FRONTEND $*" >>/run/apt-get.log
        [ ! -e /run/slow ] || sleep "$(cat /run/slow)"
        case "$*" in
        *install*) [ ! -e \(package.hidden) ] || mv \(package.hidden) \(package.program) ;;
        *purge*) [ ! -e \(package.program) ] || mv \(package.program) \(package.hidden); rm -rf \(package.folder) ;;
        esac

        """

    /// An apt-cache whose archives have what /run/archives says, and nothing where there is no such file.
    static let aptCache = """
        #!/bin/sh
        [ ! -e /run/archives ] || sed 's/$/ | 1 | http:\\/\\/archive bookworm\\/main amd64 Packages/' /run/archives

        """

    /// A dpkg-query that knows no package.
    static let dpkgQuery = "#!/bin/sh\nexit 1\n"
}
