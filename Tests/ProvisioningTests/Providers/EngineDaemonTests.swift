import Testing

@testable import Provisioning

/// How the daemon of each package is ended and started, so that instances keep running.
@Suite struct EngineDaemonTests {
    private static let ofSnap =
        "--ns 1 --nslist pid -u 0 -U 0 -f '^([^ ]*/)?lxd([.]debug)? (.* )?--logfile[ =]/var/snap/lxd/common/lxd/logs/'"
    private static let service = "snap.lxd.daemon.service"
    private static let start = "systemctl start --no-block snap.lxd.daemon.unix.socket snap.lxd.daemon.service"
    private static let closing = "systemctl stop --job-mode=ignore-dependencies snap.lxd.daemon.unix.socket"

    private let runner = ScriptedRunner()
    private let time = VirtualTime()

    private func daemon(_ package: EnginePackage = .lxdSnap) -> EngineDaemon {
        EngineDaemon(
            root: runner, package: package, time: time, interval: .milliseconds(500), subject: .machine("DEV-00"))
    }

    private func allow(_ lines: String...) { for line in lines { runner.on(line, .works) } }

    @Test func snapsDaemonThatHangsIsKilledAndItsUnitIsNotStopped() async throws {
        runner.on("pgrep \(Self.ofSnap)", .prints("18\n"))
        allow("systemctl reload \(Self.service)", "pkill -KILL \(Self.ofSnap)", Self.start)
        try await daemon().restart()
        #expect(runner.changes == ["systemctl reload \(Self.service)", "pkill -KILL \(Self.ofSnap)", Self.start])
        #expect(time.elapsed >= EngineDaemon.grace)
    }

    /// The unit's own stop would shut all instances down, and its socket would start the daemon again.
    @Test func stopOfTheSnapsUnitFollowsAReloadAndTheEndOfItsSocket() async throws {
        let changes = [
            Self.closing, "pkill -STOP \(Self.ofSnap)", "systemctl reload \(Self.service)",
            "systemctl stop --no-block \(Self.service)", "pkill -KILL \(Self.ofSnap)", "systemctl stop \(Self.service)",
        ]
        runner.on("pgrep \(Self.ofSnap)", .prints("18\n"))
        for line in changes { allow(line) }
        try await daemon().stop()
        #expect(runner.changes == changes)
        let limit = try #require(runner.last("systemctl stop \(Self.service)")?.limit)
        #expect(limit > .seconds(600), "the unit's TimeoutStopSec is 600 s")
    }
}
