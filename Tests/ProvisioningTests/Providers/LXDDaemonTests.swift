import Testing

@testable import Provisioning

/// How the daemon of each package is ended and started, so that instances keep running.
@Suite struct LXDDaemonTests {
    private static let ofSnap =
        "--ns 1 --nslist pid -u 0 -U 0 -f '^([^ ]*/)?lxd([.]debug)? (.* )?--logfile[ =]/var/snap/lxd/common/lxd/logs/'"
    private static let service = "snap.lxd.daemon.service"
    private static let start = "systemctl start --no-block snap.lxd.daemon.unix.socket snap.lxd.daemon.service"
    private static let closing = "systemctl stop --job-mode=ignore-dependencies snap.lxd.daemon.unix.socket"

    private let runner = ScriptedRunner()
    private let time = VirtualTime()

    private func daemon(_ package: EnginePackage = .lxdSnap) -> LXDDaemon {
        LXDDaemon(root: runner, package: package, time: time, interval: .milliseconds(500), subject: .machine("DEV-00"))
    }

    private func allow(_ lines: String...) { for line in lines { runner.on(line, .works) } }

    @Test func restartOfTheSnapsDaemonIsAReload() async throws {
        runner.on("pgrep \(Self.ofSnap)", .prints("18\n"), .prints("18\n"), .prints("25\n"))
        allow("systemctl reload \(Self.service)", Self.start)
        try await daemon().restart()
        #expect(runner.changes == ["systemctl reload \(Self.service)", Self.start])
    }

    @Test func snapsDaemonThatHangsIsKilledAndItsUnitIsNotStopped() async throws {
        runner.on("pgrep \(Self.ofSnap)", .prints("18\n"))
        allow("systemctl reload \(Self.service)", "pkill -KILL \(Self.ofSnap)", Self.start)
        try await daemon().restart()
        #expect(runner.changes == ["systemctl reload \(Self.service)", "pkill -KILL \(Self.ofSnap)", Self.start])
        #expect(time.elapsed >= LXDDaemon.grace)
    }

    @Test func daemonThatDoesNotRunIsStarted() async throws {
        runner.on("pgrep \(Self.ofSnap)", .ends(1))
        allow(Self.start)
        try await daemon().restart()
        #expect(runner.changes == [Self.start])
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

    @Test func unitWithoutADaemonIsStopped() async throws {
        runner.on("pgrep \(Self.ofSnap)", .ends(1))
        allow(Self.closing, "systemctl stop \(Self.service)")
        try await daemon().stop()
        #expect(runner.changes == [Self.closing, "systemctl stop \(Self.service)"])
    }

    /// `lxd-containers.service` requires the socket, and shuts instances down when it stops.
    @Test func debiansDaemonEndsByItsSignalAndItsSocketAlone() async throws {
        let daemon = BaremetalBench.daemon
        runner.on("pgrep \(daemon)", .prints("18\n"), .prints("18\n"), .ends(1))
        let changes = [
            "systemctl stop --job-mode=ignore-dependencies lxd.socket", "pkill -TERM \(daemon)",
            "systemctl stop lxd.service",
        ]
        for line in changes { allow(line) }
        try await self.daemon(.lxdDebian).stop()
        #expect(runner.changes == changes)
    }

    @Test func debiansDaemonIsRestartedBySignalToo() async throws {
        let daemon = BaremetalBench.daemon
        runner.on("pgrep \(daemon)", .prints("18\n"), .ends(1))
        allow("pkill -TERM \(daemon)", BaremetalBench.start)
        try await self.daemon(.lxdDebian).restart()
        #expect(runner.changes == ["pkill -TERM \(daemon)", BaremetalBench.start])
    }

    /// A dry run names what is done: what has been changed is not asked any more.
    @Test func reviewNamesTheSameChanges() async throws {
        runner.on("pgrep \(Self.ofSnap)", .prints("18\n"))
        let recorder = Recorder()
        let daemon = LXDDaemon(
            root: RecordingRunner(runner, recorder), package: .lxdSnap, time: time, interval: .milliseconds(500),
            subject: .machine("DEV-00"))
        let scope = StepScope(step: "x", phase: .running, isReview: true)
        try await StepScope.$current.withValue(scope) { try await daemon.restart() }
        let planned = recorder.takeActions().compactMap { action -> String? in
            guard case .command(let command) = action, command.effect == .changes else { return nil }
            return command.pasteable
        }
        #expect(planned == ["systemctl reload \(Self.service)", Self.start])
        #expect(runner.changes == [])
    }
}
