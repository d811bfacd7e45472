import Provisioning
import Testing

@testable import MultipassStandIn

/// What surprised in a real multipass, and how the provider stands it: first what is about commands in a machine.
@Suite(.timeLimit(.minutes(3))) struct SurpriseTests {
    @Test func spinnerBytesAreNotTakenForACommandsOutput() async throws {
        try await Sandbox.open { sandbox async throws in
            try await sandbox.provider.create(sandbox.specification(), of: sandbox.state())
            let stop = try await sandbox.run(["stop", sandbox.member().text])
            #expect(stop.output.contains("\u{8}|"))
            let colours = "\u{1b}[1mbold\u{1b}[0m\n"
            let inside = VM.runner(inside: sandbox.member().text, by: sandbox.runner, SystemTime())
            let result = try await inside.run(Command("printf", [colours]))
            #expect(result.output == colours)
        }
    }

    @Test func inputThatWouldBeCutIsRefused() async throws {
        try await Sandbox.open { sandbox async throws in
            try await sandbox.provider.create(sandbox.specification(), of: sandbox.state())
            let input = String(repeating: "x", count: 2 << 20)
            let cut = try await sandbox.run(["exec", sandbox.member().text, "--", "wc", "-c"], input: input + "more")
            #expect(cut == CommandResult(output: "2097152\n"))
            let inside = sandbox.provider.runner(in: sandbox.member())
            let failure = await #expect(throws: Failure.self) {
                try await inside.run(Command("wc", ["-c"], input: input))
            }
            #expect(failure?.code == .badInput)
            let whole = try await inside.run(Command("wc", ["-c"], input: String(input.dropLast())))
            #expect(whole.output == "2097151\n")
        }
    }

    @Test func passingTroubleIsTriedOnceMoreWhereNothingIsChanged() async throws {
        let faults = Faults(resetLists: [1], every: .init(resetExecs: [1, 3], slowExecs: [5]))
        try await Sandbox.open(faults) { sandbox async throws in
            try await sandbox.launch(sandbox.member().text)
            #expect(try await sandbox.provider.machines(of: sandbox.state())[sandbox.member()]?.state == .running)
            let inside = sandbox.provider.runner(in: sandbox.member())
            #expect(try await inside.run(Command("echo", ["one"])).output == "one\n")
            await #expect(throws: Failure.self) {
                try await inside.run(Command("echo", ["once"], effect: .changes))
            }
            #expect(try sandbox.calls().filter { $0.last == "once" }.count == 1)
            #expect(try await inside.run(Command("echo", ["three"])).output == "three\n")
            #expect(try await inside.run(Command("echo", ["five"], effect: .awaits)).output == "five\n")
        }
    }

    /// `exec` starts a machine that is off; what this tool asks must not.
    @Test func noQuestionStartsAMachineThatIsOff() async throws {
        try await Sandbox.open { sandbox async throws in
            try await sandbox.launch(sandbox.member().text)
            try await sandbox.provider.stop(sandbox.member(), of: sandbox.state(), limit: .seconds(120))
            for runner in [
                sandbox.provider.runner(in: sandbox.member()), sandbox.provider.userRunner(in: sandbox.member()),
                sandbox.provider.logRunner(for: sandbox.member()),
            ] {
                let failure = try await #require(throws: Failure.self) { try await runner.run(Command("true", [])) }
                #expect(failure.message == "the VM \(sandbox.member()) does not run")
            }
            #expect(try await !sandbox.provider.isSettled(sandbox.member(), of: sandbox.state()))
            #expect(try sandbox.remembered().instances[sandbox.member().text]?.phase == .stopped)
        }
    }

    @Test func theManagementAddressStaysTheFirst() async throws {
        try await Sandbox.open { sandbox async throws in
            try await sandbox.provider.create(sandbox.specification(), of: sandbox.state())
            let before = try await sandbox.provider.address(of: sandbox.member(), in: sandbox.state())
            let inside = sandbox.provider.runner(in: sandbox.member())
            for line in ["link add br0 type bridge", "addr add 10.3.2.1/24 dev br0", "link set br0 up"] {
                let words = line.split(separator: " ").map(String.init)
                try await inside.output(of: Command("ip", words, effect: .changes))
            }
            #expect(try await sandbox.run(["list", "--format", "json"]).output.contains("10.3.2.1"))
            #expect(try await sandbox.provider.address(of: sandbox.member(), in: sandbox.state()) == before)
        }
    }

    @Test func theBridgeNamesItsAddress() async throws {
        try await Sandbox.open { sandbox async throws in
            let up = [
                "up", "-c", sandbox.cluster.text, "--provider", "multipass", "--storage", "dir", "--channel",
                "5.0/stable",
            ]
            let variables = [
                "PATH": "\(sandbox.folder)/bin:/usr/sbin:/usr/bin:/sbin:/bin",
                "BCM_RUNTIME_DIR": "\(sandbox.folder)/bcm",
                "LXD_CONF": "\(sandbox.folder)/lxc",
            ]
            try await sandbox.runner.output(
                of: Command(Sandbox.built("bcmcluster"), up, environment: variables, effect: .changes))
            let inside = sandbox.provider.runner(in: sandbox.member())
            let network = try await inside.output(of: Command("lxc", ["query", "/1.0/networks/lxdbr0"]))
            let template = try TemplateLibrary(runtime: sandbox.folder, files: LocalFiles()).template(.bridge)
            let line = try #require(
                try template.rendered([:]).split(separator: "\n").first { $0.hasPrefix("ipv4.address=") })
            #expect(network.contains("\"ipv4.address\": \"\(line.dropFirst(13))\""))
        }
    }
}
