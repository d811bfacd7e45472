import Testing

@testable import Provisioning

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
        _ = try? await client.hasSetItselfUp("x")
        _ = try? await client.joinToken(for: "x")
        try? await client.unset("k", of: "x")
        try? await client.setFailureDomain(of: "x", to: "y")
        try? await client.remove("x")
        #expect(anything.commands.count == 7)
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

    @Test func clientsAreTrustedByTheirCertificateOnStandardInput() async throws {
        let line = "lxc config trust add - --name me"
        runner.on(line, .works)
        try await lxc.trust("PEM", as: "me", isNamed: true)
        #expect(runner.last(line)?.input == "PEM")
        runner.on("lxc config trust add -", .ends(1, "Error: Certificate already in trust store"))
        try await lxc.trust("PEM", as: "me", isNamed: false)
        runner.on(line, .ends(1, "Error: something else"))
        await #expect(throws: Failure.self) { try await lxc.trust("PEM", as: "me", isNamed: true) }
        let incus = ScriptedRunner(["incus config trust add-certificate - --name me": [.works]])
        try await LXC(incus, engine: .incus).trust("PEM", as: "me", isNamed: true)
    }

    @Test func membersAreNoClients() async throws {
        func entry(_ name: String, _ type: String) -> String {
            #"{"name":"\#(name)","type":"\#(type)","certificate":"PEM","fingerprint":"\#(String(repeating: "a", count: 64))"}"#
        }
        let entries = [entry("DEV-00", "server"), entry("me", "client"), entry("p", "metrics")].joined(separator: ",")
        runner.on("lxc query '/1.0/certificates?recursion=1'", .prints("[\(entries)]"))
        #expect(try await lxc.trustedClients().map(\.name) == ["me", "p"])
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

    @Test func membersAreDecoded() async throws {
        runner.on(
            "lxc query '/1.0/cluster/members?recursion=1'",
            Server.members([("DEV-00", "Online"), ("DEV-01", "Evacuated")]))
        let members = try await lxc.members()
        #expect(members.map(\.name) == ["DEV-00", "DEV-01"] && members.map(\.isOnline) == [true, false])
    }

    @Test func aNetworkThatIsNotThereIsNone() async throws {
        let query = "lxc query /1.0/networks/lxdbr0"
        runner.on(query, .ends(1, "Error: Network not found\n"))
        #expect(try await lxc.network("lxdbr0") == nil)
        runner.on(query, .prints(#"{"status":"Pending","locations":["DEV-00"]}"#))
        #expect(try await lxc.network("lxdbr0")?.status == "Pending")
        runner.on(query, .ends(1, "Error: cannot connect"))
        await #expect(throws: Failure.self) { try await lxc.network("lxdbr0") }
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

    @Test func thePreseedGoesThroughStandardInput() async throws {
        runner.on("lxd init --preseed", .works)
        try await LXD(runner, engine: .lxd).initialize(
            preseed: "secret: 1\n", touches: [.membership], limit: .seconds(7))
        let command = try #require(runner.commands.first)
        #expect(
            command.input == "secret: 1\n" && command.limit == .seconds(7) && command.effect == .changes
                && command.touches == [.membership])
        runner.on("incus admin init --preseed", .works)
        try await LXD(runner, engine: .incus).initialize(preseed: "", touches: [], limit: .seconds(7))
    }

    @Test func aMemberIsForgottenByForceAndWithoutAQuestion() async throws {
        runner.on(
            "lxc cluster remove --force --yes DEV-01", .works, .ends(1, "Error: Cluster member not found"),
            .ends(1, "Error: something else"))
        try await lxc.forget("DEV-01")
        try await lxc.forget("DEV-01")
        await #expect(throws: Failure.self) { try await lxc.forget("DEV-01") }
        #expect(runner.changes.count == 3)
    }

    @Test func remotesAreThoseOfTheClient() async throws {
        let remotes = LXCRemotes(runner, engine: .lxd)
        runner.on(
            "lxc remote list --format json",
            .prints(#"{"local":{"Addr":"unix://"},"DEV-00":{"Addr":"https://10.64.0.10:8443","Static":false}}"#))
        #expect(
            try await remotes.all().mapValues(\.address) == ["local": "unix://", "DEV-00": "https://10.64.0.10:8443"])
        runner.on("lxc remote get-default", .prints("local\n"))
        #expect(try await remotes.defaultRemote(among: [:]) == "local")
    }
}
