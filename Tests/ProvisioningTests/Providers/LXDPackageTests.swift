import Testing

@testable import Provisioning

/// Which processes of a host are those of a package's LXD.
@Suite struct LXDPackageTests {
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
}
