import Testing

@testable import Provisioning

/// What a daemon runs beside what is installed, and how a package is brought to a later version.
@Suite struct EngineUpgradeTests {
    private let runner = ScriptedRunner()

    private func upgrade(_ package: EnginePackage) -> EngineUpgrade {
        EngineUpgrade(
            root: runner, engine: .lxd, package: package, time: VirtualTime(), subject: .machine("DEV-00"))
    }

    /// Lets the daemon run that program, as the link in /proc says it.
    private func runs(_ link: String?, _ package: EnginePackage) {
        let pgrep = "pgrep --ns 1 --nslist pid -u 0 -U 0 -f \(Shell.quoted(package.daemonPattern))"
        guard let link else { return runner.on(pgrep, .ends(1)) }
        runner.on(pgrep, .prints("18\n"))
        runner.on("find /proc/18/exe -maxdepth 0 -type l -printf '%p %l\\n'", .prints("/proc/18/exe \(link)\n"))
    }

    @Test("Of a package that was replaced the kernel says so; without a daemon there is nothing to compare")
    func package() async throws {
        for (link, currency) in [
            ("/usr/bin/lxd", EngineCurrency.current), ("/usr/bin/lxd (deleted)", .outdated), (nil, .absent),
        ] {
            runs(link, .lxdDebian)
            #expect(try await upgrade(.lxdDebian).currency() == currency)
        }
    }

    @Test("Each revision of a snap has a folder, and a link leads to the present one")
    func snap() async throws {
        runner.on("find /snap/lxd/current -maxdepth 0 -type l -printf '%p %l\\n'", .prints("/snap/lxd/current 31333\n"))
        runs("/snap/lxd/31333/bin/lxd", .lxdSnap)
        #expect(try await upgrade(.lxdSnap).currency() == .current)
        runs("/snap/lxd/29351/bin/lxd", .lxdSnap)
        #expect(try await upgrade(.lxdSnap).currency() == .outdated)
    }

    @Test("A snap goes to the channel that was asked for, else stays on its own, and is held again")
    func refresh() async throws {
        let lines = [
            "snap refresh lxd --channel=6/stable --cohort=+", "snap refresh lxd --cohort=+", "snap refresh --hold lxd",
        ]
        for line in lines { runner.on(line, .works) }
        try await upgrade(.lxdSnap).refresh(to: "6/stable", limit: .seconds(60))
        try await upgrade(.lxdSnap).refresh(to: nil, limit: .seconds(60))
        #expect(runner.changes == [lines[0], lines[2], lines[1], lines[2]])
    }

    @Test func channelOfEarlierVersionsIsKnown() throws {
        let version = try #require(EngineVersion("6.2"))
        #expect(SnapChannel("5.21/stable").isBefore(version))
        for later in ["6/stable", "6.3/edge", "7/stable", "latest/stable"] {
            #expect(!SnapChannel(later).isBefore(version))
        }
    }
}
