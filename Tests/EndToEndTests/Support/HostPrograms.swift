/// Programs of a test host in the place of those that need a machine of their own.
enum HostPrograms {
    /// A systemctl whose one service is a real LXD daemon, which outlives the command that starts it.
    static let systemctl = """
        #!/bin/sh
        verb=$1
        shift
        daemon='^lxd --group lxd --logfile=/var/log/lxd/'
        runs() { pgrep -f "$daemon" >/dev/null; }
        case "$*" in *lxd.service*) ;; *) exit 0 ;; esac
        case $verb in
        is-active)
            if runs; then echo active; exit 0; fi
            echo inactive
            exit 3 ;;
        start)
            runs || setsid --fork lxd --group lxd --logfile=/var/log/lxd/lxd.log </dev/null >/run/lxd.out 2>&1 ;;
        stop)
            pkill -TERM -f "$daemon"
            case $1 in --no-block) exit 0 ;; esac
            for second in 1 2 3 4 5 6 7 8 9 10; do runs || exit 0; sleep 1; done
            pkill -KILL -f "$daemon" ;;
        *) echo "the stand-in knows no $verb" >&2; exit 1 ;;
        esac
        exit 0

        """

    /// An apt-get that records what it is called with, and whose one package is the LXD that a test has hidden; it
    /// takes as long as /run/slow says.
    static let aptGet = """
        #!/bin/sh
        echo "$DEBIAN_FRONTEND $*" >>/run/apt-get.log
        [ ! -e /run/slow ] || sleep "$(cat /run/slow)"
        case "$*" in
        *install*) [ ! -e /usr/bin/hidden-lxd ] || mv /usr/bin/hidden-lxd /usr/bin/lxd ;;
        *purge*) [ ! -e /usr/bin/lxd ] || mv /usr/bin/lxd /usr/bin/hidden-lxd; rm -rf /var/lib/lxd ;;
        esac

        """

    /// A dpkg-query that knows no package.
    static let dpkgQuery = "#!/bin/sh\nexit 1\n"
}
