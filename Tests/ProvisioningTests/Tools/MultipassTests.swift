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

    @Test func exactlyOneIsDeleted() async throws {
        runner.on("multipass delete --purge DEV-00", .works)
        try await multipass.delete("DEV-00")
        #expect(
            runner.changes == ["multipass delete --purge DEV-00"],
            "and never purge alone, which empties everybody's trash")
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
        let cases: [(String, Multipass.NameAvailability)] = [
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
}
