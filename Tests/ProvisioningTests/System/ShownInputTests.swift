import Testing

@testable import Provisioning

/// What is shown of inputs that may hold secrets.
@Suite struct ShownInputTests {
    private let marker = "MARKER-hunter2"

    @Test func whatAProgramRepeatsOfItsInputIsLeftOut() throws {
        let data = "#cloud-config\npassword: \(marker)\n"
        var command = Command("multipass", ["launch"], input: data, effect: .changes)
        command.shownInput = ShownInput(hiding: data, called: "user-data")
        #expect(command.shownInput?.text == "<user-data, \(data.utf8.count) bytes>")
        let result = CommandResult(.exited(2), errors: "line 2: password: \(marker)\nno such key")
        let failure = Failure(command, result)
        #expect(failure.output == "line 2: <user-data, \(data.utf8.count) bytes>\nno such key")
        #expect(result.tail(of: command) == failure.output)
        #expect(failure.command == "multipass launch")
    }

    @Test func theSameHoldsWhereTheProgramIsEndedByItsLimit() async throws {
        // On a busy machine a limit may be over before the program has repeated anything: the next one is longer.
        for tenths in [3, 30, 300, 3000] {
            let limit = Duration.milliseconds(tenths * 100)
            var command = Command("sh", ["-c", "cat >&2; exec sleep 3600"], input: marker, limit: limit)
            command.shownInput = ShownInput(hiding: marker, called: "value")
            let failure = try await #require(throws: Failure.self) { try await LocalRunner().run(command) }
            #expect(failure.code == .timedOut && failure.output?.contains(marker) != true)
            if failure.output == "<value, 14 bytes>" { return }
        }
        Issue.record("the program repeated nothing")
    }

    @Test func whatIsWrappedIsShownTheSame() {
        var command = Command("lxc", ["launch"], input: marker)
        command.shownInput = ShownInput(hiding: marker, called: "value")
        #expect(command.wrapped(in: "nsenter", ["--"]).shownInput == command.shownInput)
    }

    @Test(arguments: [
        ("environment.A", "<value, 14 bytes>"), ("cloud-init.user-data", "<user-data, 14 bytes>"),
        ("user.user-data", "<user-data, 14 bytes>"), ("cloud-init.network-config", "<value, 14 bytes>"),
        ("user.password", "<value, 14 bytes>"), ("raw.lxc", "<value, 14 bytes>"),
        ("image.bcm.process", "<value, 14 bytes>"), ("limits.cpu", "MARKER-hunter2"),
        ("user.bcm.unit", "MARKER-hunter2"),
    ])
    func keysOfAnInstance(_ key: String, _ shown: String) throws {
        let properties = InstanceProperties(config: [key: marker], devices: [:])
        #expect(try properties.shownInput().text.contains("\"\(key)\" : \"\(shown)\""))
        #expect(try JSONText.yaml(properties).contains(marker), "the program itself reads it all")
    }

    @Test func anAnswerThatIsNoneIsNotShownWhereItMayHoldSecrets() async throws {
        let runner = ScriptedRunner()
        let answer = #"[{"config":{"environment.A":"\#(marker)"},"name":5}]"#
        let client = LXC(runner, engine: .lxd)
        for path in [
            "'/1.0/instances?recursion=1&all-projects=true'", "/1.0/instances/web-1", "/1.0/profiles/default",
            "'/1.0/images?recursion=1'",
        ] { runner.on("lxc query \(path)", .prints(answer)) }
        let questions: [() async throws -> Void] = [
            { _ = try await client.instances() }, { _ = try await client.instance("web-1") },
            { _ = try await client.profile("default") }, { _ = try await client.images() },
            { try await client.edit("web-1") { _ in } },
        ]
        for question in questions {
            let failure = try await #require(throws: Failure.self) { try await question() }
            #expect(failure.message.contains("unexpected JSON") && failure.output == nil)
        }
    }
}
