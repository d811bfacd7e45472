import Testing

@testable import Provisioning

/// Held to what a real multipass 1.16.3 printed.
@Suite struct MultipassTests {
    private let runner = ScriptedRunner()
    private var multipass: Multipass { Multipass(runner) }
    private static let list = "multipass list --no-ipv4 --format json"

    private func fixture(_ name: String) throws -> ScriptedRunner.Answer {
        .prints("\n" + (try TestFile.fixture("multipass/\(name).json")))
    }

    @Test func theListIsDecoded() async throws {
        runner.on(Self.list, try fixture("list"))
        let list = try await multipass.list()
        #expect(list.map(\.name) == ["clist", "p1", "p2"])
        #expect(list.map(\.state) == ["Unknown", "Running", "Running"])
        runner.on(Self.list, try fixture("list-empty"))
        #expect(try await multipass.list().isEmpty)
    }

    @Test func theVersionIsDecoded() async throws {
        runner.on("multipass version --format json", try fixture("version"))
        #expect(try await multipass.version() == Multipass.Version(multipass: "1.16.3", multipassd: "1.16.3"))
    }

    /// The user-data goes through a pipe, memory is `-m`, and multipass gets the limit that we have.
    @Test func aLaunchNamesEverything() async throws {
        let line = "multipass launch 24.04 --name DEV-00 --cpus 4 -m 4G --disk 30G --timeout 900 --cloud-init -"
        let networked = line.replacing("30G", with: "30G --network en0")
        runner.on(line, .works)
        runner.on(networked, .works)
        var launch = Multipass.Launch(
            name: "DEV-00", image: "24.04", cpus: "4", memory: "4G", disk: "30G", network: nil,
            userData: "#cloud-config\n", limit: .seconds(900))
        try await multipass.launch(launch)
        let command = try #require(runner.commands.first)
        #expect(command.input == "#cloud-config\n" && command.limit > .seconds(900) && command.effect == .changes)
        #expect(command.touches == [.machine("DEV-00")])
        launch.network = "en0"
        try await multipass.launch(launch)
    }

    /// What nobody asks for multipass decides.
    @Test func aLaunchMayNameLittle() async throws {
        runner.on("multipass launch --name box --timeout 60", .works)
        let launch = Multipass.Launch(
            name: "box", image: nil, cpus: nil, memory: nil, disk: nil, userData: nil, limit: .seconds(60))
        try await multipass.launch(launch)
        #expect(runner.commands.first?.input == nil)
    }

    @Test func theImageIsThatOfTheList() async throws {
        runner.on(Self.list, try fixture("list"))
        #expect(try await multipass.list().map(\.image) == [nil, nil, "Ubuntu 24.04 LTS"])
    }

    @Test func whatIsKnownOfOneIsDecoded() async throws {
        let line = "multipass info t0 --format json"
        runner.on(line, try fixture("info-running"))
        let on = try await multipass.info("t0")
        #expect(on.state == "Running" && on.ipv4 == ["10.78.149.92"] && on.processors == 1 && on.snapshots == 0)
        #expect(on.release == "Debian GNU/Linux 12 (bookworm)" && on.image == nil && on.mounts.isEmpty)
        #expect(on.memory == StorageUse(used: 240_136_192, total: 1_014_661_120))
        #expect(on.disk == StorageUse(used: 792_498_176, total: 6_163_869_696))
        runner.on(line, try fixture("info-stopped"))
        let off = try await multipass.info("t0")
        #expect(off.state == "Stopped" && off.ipv4.isEmpty && off.processors == nil && off.release == nil)
        #expect(off.memory == nil && off.disk == nil)
    }

    @Test func mountsAreDecoded() async throws {
        let mounts = #"{"/home/ubuntu/x": {"gid_mappings": ["1000:default"], "source_path": "/home/p/x"}}"#
        let text = #"{"errors":[],"info":{"a":{"state":"Running","ipv4":[],"mounts":\#(mounts)}}}"#
        runner.on("multipass info a --format json", .prints(text))
        #expect(try await multipass.info("a").mounts == ["/home/ubuntu/x": "/home/p/x"])
    }

    @Test func exactlyOneIsDeleted() async throws {
        runner.on("multipass delete --purge DEV-00", .works)
        try await multipass.delete("DEV-00")
        #expect(
            runner.changes == ["multipass delete --purge DEV-00"],
            "and never purge alone, which empties everybody's trash")
    }

    @Test func startStopRestartNameTheMachine() async throws {
        let lines = ["start DEV-00 --timeout 1", "stop DEV-00", "restart DEV-00 --timeout 1"].map { "multipass \($0)" }
        for line in lines { runner.on(line, .works) }
        try await multipass.start("DEV-00", limit: .seconds(1))
        try await multipass.stop("DEV-00", limit: .seconds(1))
        try await multipass.restart("DEV-00", limit: .seconds(1))
        #expect(runner.changes == lines)
    }

    /// The client gives up at its limit, multipass does not.
    @Test(arguments: ["start", "stop", "restart"])
    func whatTakesTooLongContinuesInMultipass(_ verb: String) async throws {
        let late = ScriptedRunner.Answer.failure(
            Failure(.timedOut, "multipass took longer", command: "multipass \(verb) DEV-00"))
        let expired = ScriptedRunner.Answer.ends(5, "Timed out waiting for instance to \(verb).")
        for answer in [late, expired] {
            runner.on("multipass \(verb) DEV-00" + (verb == "stop" ? "" : " --timeout 90"), answer)
            let failure = try await #require(throws: Failure.self) {
                switch verb {
                case "start": try await multipass.start("DEV-00", limit: .seconds(90))
                case "stop": try await multipass.stop("DEV-00", limit: .seconds(90))
                default: try await multipass.restart("DEV-00", limit: .seconds(90))
                }
            }
            #expect(failure.code == .timedOut)
            #expect(failure.message == "\(verb) of DEV-00 took longer than 1m30s, and multipass continues with it")
        }
    }

    /// The state's table of the three cases, with log lines before the message as without a network.
    @Test(arguments: ["", "[2026-11-27T06:00:00.000] [error] [url downloader] Failed to get https://x: no host\n"])
    func theNameIsToldApart(_ log: String) async throws {
        let line = "multipass launch file:///no-such-image-asked-by-bcmcluster --name X"
        let cases: [(String, Multipass.NameUse)] = [
            (#"launch failed: instance "X" already exists"#, .taken),
            (#"launch failed: instance "X" is being prepared"#, .launching),
            ("launch failed: Custom image `/no-such-image-asked-by-bcmcluster` does not exist.", .free),
            (
                #"launch failed: Remote "" is unknown or unreachable."#,
                .unknown(#"launch failed: Remote "" is unknown or unreachable."#)
            ),
        ]
        for (message, use) in cases {
            runner.on(line, .ends(2, log + log + message))
            #expect(try await multipass.use(of: "X") == use)
        }
        runner.on(line, .ends(2, "launch failed: cannot connect to the multipass socket"))
        await #expect(throws: Failure.self) { try await multipass.use(of: "X") }
    }

    @Test(arguments: ["Connection reset by peer", "list failed: timed out after 5000 ms"])
    func aReadIsWorthOneMoreTry(_ trouble: String) async throws {
        runner.on(Self.list, .ends(2, trouble), try fixture("list"))
        #expect(try await multipass.list().count == 3)
        runner.on(Self.list, .ends(2, trouble), .ends(2, trouble), try fixture("list"))
        await #expect(throws: Failure.self) { try await multipass.list() }
    }

    @Test func otherTroubleIsNotTriedAgain() async throws {
        runner.on(Self.list, .ends(2, "list failed: cannot connect to the multipass socket"), try fixture("list"))
        await #expect(throws: Failure.self) { try await multipass.list() }
        #expect(runner.lines.count == 1)
    }
}
