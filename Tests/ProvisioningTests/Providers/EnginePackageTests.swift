import Testing

@testable import Provisioning

/// Which processes of a host are those of a package's engine.
@Suite struct EnginePackageTests {
    private static let debian = "/usr/bin/lxd --group lxd --logfile=/var/log/lxd/lxd.log"
    private static let snap = "lxd --logfile /var/snap/lxd/common/lxd/logs/lxd.log --group lxd"
    private static let monitor = "[lxc monitor] /var/lib/lxd/containers web"
    private static let snapMonitor = "[lxc monitor] /var/snap/lxd/common/lxd/containers web"
    private static let forward = "/usr/bin/lxd forkproxy -- 29 4 tcp:0.0.0.0:8080 216 3 tcp:127.0.0.1:80   0644"
    private static let snapForward = "/snap/lxd/24322/bin/lxd forkproxy -- 29 4 tcp:0.0.0.0:80 216 3 tcp:127.0.0.1:80"
    private static let others = [
        "lxd --group lxd --logfile=/srv/lxd/lxd.log", "lxd --group lxd",
        "lxd --group lxd --logfile=/srv/var/log/lxd/lxd.log",
        "vi lxd --logfile=/var/log/lxd/lxd.log", "lxd init --preseed", "[lxc monitor] /srv/lxd/containers web",
    ]

    private func matches(_ pattern: String, _ line: String) throws -> Bool { try line.contains(Regex(pattern)) }

    @Test func theDaemonIsKnownByItsLog() throws {
        let lines = [Self.debian, Self.snap, Self.monitor, Self.snapMonitor, Self.forward] + Self.others
        #expect(try lines.filter { try matches(EnginePackage.lxdDebian.daemonPattern, $0) } == [Self.debian])
        #expect(try lines.filter { try matches(EnginePackage.lxdSnap.daemonPattern, $0) } == [Self.snap])
    }

    @Test func whatItHasStartedIsKnownByItsProgramAndFolder() throws {
        let lines =
            [Self.debian, Self.snap, Self.monitor, Self.snapMonitor, Self.forward, Self.snapForward] + Self.others
        #expect(
            try lines.filter { try matches(EnginePackage.lxdDebian.rootPattern, $0) } == [
                Self.debian, Self.monitor, Self.forward,
            ])
        #expect(
            try lines.filter { try matches(EnginePackage.lxdSnap.rootPattern, $0) }
                == [Self.snap, Self.snapMonitor, Self.snapForward])
    }

    /// Debian's unit starts Incus with a log of its own, or with syslog's where /etc/default/incus says so.
    @Test func incusIsKnownByItsLogOrItsWholeLine() throws {
        let daemon = "/usr/libexec/incus/incusd --group incus-admin --logfile=/var/log/incus/incus.log"
        let withSyslog = "/usr/libexec/incus/incusd --group incus-admin --syslog"
        let monitor = "[lxc monitor] /var/lib/incus/containers web"
        let forward = "/usr/libexec/incus/incusd forkproxy -- 29 4 tcp:0.0.0.0:8080 216 3 tcp:127.0.0.1:80   0644"
        let dnsmasq = "dnsmasq --keep-in-foreground --conf-file=/var/lib/incus/networks/incusbr0/dnsmasq.raw"
        let machine = "/usr/bin/qemu-system-x86_64 -S -name web -readconfig /run/incus/web/qemu.conf"
        let others = [
            "/usr/libexec/incus/incusd --group incus-admin --logfile /var/lib/bcmcluster/machines/DEV-00/incus.log",
            "/usr/libexec/incus/incusd --syslog", "\(withSyslog) --debug",
            "/usr/libexec/incus/incus-user --group incus",
            "/usr/libexec/incus/incusd waitready --timeout=600", Self.debian, Self.monitor, Self.forward,
            "[lxc monitor] /srv/incus/containers web",
        ]
        let lines = [daemon, withSyslog, monitor, forward, dnsmasq, machine] + others
        let package = EnginePackage.incusDebian
        #expect(try lines.filter { try matches(package.daemonPattern, $0) } == [daemon, withSyslog])
        #expect(try lines.filter { try matches(package.rootPattern, $0) } == [daemon, withSyslog, monitor, forward])
        #expect(try lines.filter { try matches(package.helperPattern, $0) } == [dnsmasq, machine])
    }

    @Test func logsBearTheEnginesNameAndThePackagesPath() {
        func logs(_ engine: Engine, _ usual: EnginePackage.Kind) -> [String] {
            engine.daemonLogs(usual).map { "\($0.name) \($0.path)" }
        }
        #expect(logs(.incus, .debian) == ["incus /var/log/incus/incus.log"])
        #expect(logs(.incus, .snap) == ["incus /var/log/incus/incus.log"])
        #expect(
            logs(.lxd, .snap) == [
                "lxd /var/snap/lxd/common/lxd/logs/lxd.log", "lxd-package /var/log/lxd/lxd.log",
            ])
    }
}
