import Testing

@testable import Provisioning

/// Where a member listens and where it should.
@Suite struct AddressMismatchTests {
    @Test(arguments: [
        ("10.64.0.10:8443", true), (":8443", true), ("[::]:8443", true), ("0.0.0.0:8443", true), ("10.64.0.10", true),
        ("", false), (nil, false), ("127.0.0.1:8443", false), ("10.64.0.10:9443", false), (":9443", false),
    ])
    func anAPIListensAtItsAddressOrAtAll(_ configured: String?, _ isHeard: Bool) throws {
        let api = configured.map { #","core.https_address":"\#($0)""# } ?? ""
        let text = """
            {"api_extensions":[],"config":{"core.trust_password":true,"cluster.https_address":"10.64.0.10:8443"\(api)},
            "environment":{"server_clustered":true,"certificate":"","server_version":"5.0"}}
            """
        let server = try Command("lxc", []).decode(ServerInfo.self, from: text)
        #expect((server.addressMismatch == nil) == isHeard)
        if !isHeard { #expect(server.addressMismatch?.expected == "10.64.0.10:8443") }
    }
}

@Suite struct LXCTests {
    private let runner = ScriptedRunner()
    private var lxc: LXC { LXC(runner, engine: .lxd) }

    @Test func whatTheServerAnswersDecidesTokensOrPasswords() async throws {
        runner.on("lxc query /1.0", Server.info())
        #expect(try await lxc.server().trust == .tokens)
        runner.on("lxc query /1.0", Server.info(tokens: false))
        #expect(try await lxc.server().trust == .password)
        runner.on(
            "lxc query /1.0",
            .prints(
                #"{"api_extensions":["clustering_join_token"],"environment":{"server_clustered":false,"certificate":"","server_version":"4.0.9"}}"#
            ))
        #expect(try await lxc.server().trust == .password, "4.0.9 has join tokens, but none for clients")
    }

    @Test("Commands go to the local server and the default project, whatever the client has chosen")
    func remoteAndProjectAreNamed() async throws {
        let commands = [
            lxc.change(["start", "web-1"]), lxc.inside("web-1", ["ls"]), lxc.console(of: "web-1"),
            lxc.query("/1.0", assumed: ""),
        ]
        #expect(
            commands.map(\.pasteable) == [
                "lxc --force-local --project default start web-1",
                "lxc --force-local --project default exec web-1 -- ls",
                "lxc --force-local --project default console web-1", "lxc --force-local query /1.0",
            ])
        #expect(lxc.change(["stop", "x"], in: "p").arguments == ["--force-local", "--project", "p", "stop", "x"])

        let anything = AnythingRunner()
        let client = LXC(anything, engine: .lxd)
        _ = try? await client.startLog(of: "x")
        _ = try? await client.consoleLog(of: "x")
        _ = try? await client.hasFinishedCloudInit("x")
        _ = try? await client.joinToken(for: "x")
        _ = try? await client.instance("x")
        _ = try? await client.pullImage("docker.io/x", [:], placeholder: "", limit: .seconds(1))
        try? await client.setFailureDomain(of: "x", to: "y")
        try? await client.remove("x")
        #expect(anything.commands.count == 8)
        #expect(anything.commands.allSatisfy { $0.arguments.first == "--force-local" })
        for command in anything.commands {
            #expect(command.arguments.contains("--project") != command.arguments.contains("query"))
        }
    }

    @Test func theTokenIsTheLastLine() async throws {
        runner.on("lxc cluster add DEV-01", .prints("Member DEV-01 join token:\nabc=\n"))
        #expect(try await lxc.joinToken(for: "DEV-01") == "abc=")
        for noToken in ["", "\n", "Error of some kind\n"] {
            runner.on("lxc cluster add DEV-01", .prints(noToken))
            let failure = try await #require(throws: Failure.self) { try await lxc.joinToken(for: "DEV-01") }
            #expect(failure.code == .commandFailed)
        }
    }

    @Test func whatPrintsATokenShowsNothingOfItWhenItFails() async throws {
        let command = Command("lxc", ["cluster", "add", "DEV-01"], output: .secret)
        let result = CommandResult(.exited(1), output: "Member DEV-01 join token:\nTOKEN\n")
        #expect(Failure(command, result).output == "" && result.tail(of: command) == "")
        #expect(CommandResult(.exited(1), output: "TOKEN", errors: "gone").tail(of: command) == "gone")
        runner.on("lxc cluster add DEV-01", .prints("TOKEN"))
        _ = try await lxc.joinToken(for: "DEV-01")
        #expect(runner.last("lxc cluster add DEV-01")?.output == .secret)
    }

    @Test func aJoinIsARunningOperation() async throws {
        let line = "lxc query '/1.0/operations?recursion=1'"
        runner.on(line, .prints("{}"))
        #expect(try await !lxc.isJoining("DEV-00"))
        runner.on(
            line, .prints(#"{"success":[{"description":"Joining cluster"}],"running":[{"description":"Creating"}]}"#))
        #expect(try await !lxc.isJoining("DEV-00"))
        for own in [#","location":"none""#, #","location":"DEV-00""#, ""] {
            runner.on(line, .prints(#"{"running":[{"description":"Joining cluster"\#(own)}]}"#))
            #expect(try await lxc.isJoining("DEV-00"))
        }
        // A member lists the operations of all: the one that joins is another.
        runner.on(line, .prints(#"{"running":[{"description":"Joining cluster","location":"DEV-03"}]}"#))
        #expect(try await !lxc.isJoining("DEV-00"))
    }

    @Test func whatIsNotJSONIsAFailureOfTheCommand() async throws {
        runner.on("lxc query /1.0", .prints("<html>"))
        let failure = try await #require(throws: Failure.self) { try await lxc.server() }
        #expect(
            failure.code == .commandFailed && failure.command == "lxc --force-local query /1.0"
                && failure.output == nil)
        #expect(!failure.message.contains("Decoding"))
    }

    @Test("What instances hold is in no error and no log, also where an answer cannot be read")
    func answersStayOutOfErrors() async throws {
        let line = "lxc query '/1.0/instances?recursion=1&all-projects=true'"
        let secret = #"[{"name":"a","location":"x","config":{"environment.KEY":"S3CRET"}},{"name":7}]"#
        for answer in [secret, "S3CRET" + secret, String(secret.dropLast(20))] {
            runner.on(line, .prints(answer))
            let failure = try await #require(throws: Failure.self) { try await lxc.instances() }
            #expect(!"\(failure)".contains("S3CRET"), "\(failure)")
        }
        runner.on(line, .prints(#"[{"name":"a","location":"x","status":"Running","config":{"environment.KEY":[1]}}]"#))
        let failure = try await #require(throws: Failure.self) { try await lxc.instances() }
        #expect(
            failure.message.hasSuffix("returned unexpected JSON, at 0.config.environment.KEY"), "\(failure.message)")
        runner.on(line, .result(CommandResult(.exited(1), output: secret, errors: "Error: gone")))
        let ended = try await #require(throws: Failure.self) { try await lxc.instances() }
        #expect(ended.output == "Error: gone")
        let command = try #require(runner.commands.last)
        #expect(CommandResult(.exited(1), output: secret).tail(of: command) == "", "what a log gets")
    }
}
