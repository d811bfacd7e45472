import Testing

@testable import Provisioning

/// From a launched VM to an LXD that answers.
@Suite(.endsHangs) struct MultipassSetupTests {
    private static let exec = "multipass exec DEV-00 --no-map-working-directory -- sudo"
    private static let cloudInit = "\(exec) cloud-init status --long"
    private static let log = "\(exec) tail -n 100 /var/log/cloud-init.log"
    private static let reboot = "\(exec) ls /var/run/reboot-required"
    private static let server = "\(exec) lxc query /1.0"
    private static let booted = MultipassProviderTests.listing([("DEV-00", "Running", "10.1.1.2")])

    private let runner = ScriptedRunner()
    private let time = VirtualTime()
    private let state: ClusterState
    private let provider: MultipassProvider

    init() throws {
        provider = MultipassProvider(
            base: runner, engine: .lxd, templates: TemplateLibrary(runtime: "/r", files: InMemoryFiles()), time: time)
        state = try Bench.state(1, ClusterSettings(provider: .multipass, storage: .dir, channel: "5.0/stable"))
        runner.on(
            MultipassProviderTests.list, MultipassProviderTests.listing([]),
            MultipassProviderTests.listing([("DEV-00", "Unknown", nil)]), Self.booted)
        runner.on(
            Self.cloudInit, .ends(2, "exec failed: ssh connection failed"), .prints("status: running\n"),
            .prints("status: done\n"))
        runner.on(MultipassProviderTests.addresses, MultipassProviderTests.told("10.1.1.2"))
        runner.on(Self.log, .ends(1, "tail: cannot open"))
        runner.on(Self.reboot, .ends(2, "ls: cannot access"))
        runner.on(Self.server, .ends(1, "Error: Get \"http://unix.socket/1.0\""), Server.info())
    }

    private func settle(_ limit: Duration = .seconds(60)) async throws {
        try await provider.settle(try .dev(0), of: state, limit: limit)
    }

    private func settle(_ channel: String?, _ userData: String? = nil) async throws {
        let files = InMemoryFiles(userData.map { ["/r/templates/user-data.yml": $0] } ?? [:])
        let provider = MultipassProvider(
            base: runner, engine: .lxd, templates: TemplateLibrary(runtime: "/r", files: files), time: time)
        let settings = ClusterSettings(provider: .multipass, storage: .dir, channel: channel)
        try await provider.settle(try .dev(0), of: try Bench.state(1, settings), limit: .seconds(60))
    }

    /// `cloud-init status --long` of every member was a third of the time of an `up` that had nothing to do.
    @Test func aMemberOfAClusterIsNotAskedForCloudInit() async throws {
        runner.on(Self.server, Server.info(clustered: true))
        runner.on(MultipassProviderTests.list, Self.booted)
        #expect(try await provider.isSettled(try .dev(0), of: state))
        #expect(runner.lines == [MultipassProviderTests.list, Self.server])
    }

    @Test("A member of a cluster may run what it likes: snaps can be refreshed")
    func versionOfAMember() async throws {
        runner.on(Self.server, Server.info(clustered: true))
        try await settle("5.21/stable")
    }

    @Test("User-data of the user's own need not name a channel; one that the user gave is compared all the same")
    func userDataWithoutChannel() async throws {
        try await settle("5.21/stable", "#cloud-config\npackages: [lxd]\n")
        await #expect(throws: Failure.self) { try await settle("6/stable", "#cloud-config\npackages: [lxd]\n") }
        await #expect(throws: Failure.self) {
            try await settle("5.21/stable", "#cloud-config\na: ${BCM_LXD_CHANNEL}\n")
        }
    }

    /// Upgrades of weeks ask for a restart too, and instances run there.
    @Test func aMemberOfAClusterIsNotRestarted() async throws {
        runner.on(Self.reboot, .prints("/var/run/reboot-required\n"))
        runner.on(Self.server, Server.info(clustered: true))
        try await settle()
        #expect(runner.changes.isEmpty)
    }

    @Test func givesUpAtTheLimitAndNamesTheLog() async throws {
        runner.on(Self.cloudInit, .prints("status: running\n"))
        let failure = try await #require(throws: Failure.self) { try await settle(.seconds(30)) }
        #expect(failure.code == .timedOut && failure.hint?.contains("cloud-init-output.log") == true)
        #expect(time.elapsed <= .seconds(30))
    }
}

@Suite struct MultipassRunnerTests {
    private let base = ScriptedRunner()
    private func runner() throws -> MultipassRunner {
        MultipassRunner(base: base, machine: try MemberName.dev(0).text, time: VirtualTime())
    }
    private let line = "multipass exec DEV-00 --no-map-working-directory -- sudo true"

    /// Status 2 is ambiguous: multipass's own only where it says so.
    @Test func status2IsTheCommandsUnlessMultipassSaysSo() async throws {
        base.on(line, .ends(2, "grep: no such file"))
        #expect(try await runner().run(Command("true", [])).ending == .exited(2))
        base.on(line, .ends(2, "exec failed: The following errors occurred:\ninstance \"DEV-00\" does not exist"))
        let runner = try runner()
        await #expect(throws: Failure.self) { try await runner.run(Command("true", [])) }
    }

    /// The command never began, whatever it does.
    @Test(arguments: [Command.Effect.reads, .awaits, .changes])
    func whatNeverBeganIsTriedAgain(_ effect: Command.Effect) async throws {
        let trouble = ScriptedRunner.Answer.ends(
            2, "exec failed: ssh connection failed: 'Timeout connecting to 10.96.252.144'")
        base.on(line, trouble, trouble, .prints("ok"))
        #expect(try await runner().run(Command("true", [], effect: effect)).output == "ok")
        base.on(line, trouble, trouble, trouble, .prints("ok"))
        let runner = try runner()
        await #expect(throws: Failure.self) { try await runner.run(Command("true", [], effect: effect)) }
    }

    @Test(arguments: [
        ("plain\n", "plain\n"), ("", ""),
        ("\u{1b}[2K\u{1b}[0A\u{1b}[0EStarting DEV-00 /\u{1b}[2K\u{1b}[0A\u{1b}[0E{\"a\":1}\n", "{\"a\":1}\n"),
        ("\u{1b}[?25lStarting -\u{1b}[2K\r\u{1b}[?25h{}", "{}"), ("\r\u{1b}[K\rout", "out"),
        ("a \u{1b}[31mred\u{1b}[0m", "a \u{1b}[31mred\u{1b}[0m"),
    ])
    func theSpinnerIsTakenOff(_ printed: String, _ output: String) {
        #expect(MultipassRunner.withoutSpinner(printed) == output)
    }
}
