import Testing

@testable import Provisioning

/// What is read of instances, images, volumes and networks, engine by engine.
@Suite struct RecordedInstanceTests {
    private static func client(_ engine: RecordedEngine, _ cases: RecordedCase...) -> LXC {
        LXC(RecordedRunner(cases), engine: engine.engine)
    }

    // MARK: An offline member

    @Test("Of an instance on an offline member the configuration is missing", arguments: RecordedEngine.allCases)
    func offline(_ engine: RecordedEngine) async throws {
        for (name, withState) in [
            ("instances with recursion 1, one on an offline member", false),
            ("instances with recursion 2, one on an offline member", true),
        ] {
            let listed = try await Self.client(engine, engine.recorded(name, .instances)).instances(
                withState: withState)
            #expect(listed.map(\.name).sorted() == ["u1", "u4", "u5"])
            #expect(listed.filter(\.isNameAlone).map(\.name) == ["u5"])
            #expect(listed.allSatisfy { $0.isNameAlone || $0.config?.isEmpty == false })
        }
    }

    /// The database tells whose it is.
    @Test(arguments: RecordedEngine.allCases)
    func theUnitOfAnInstanceOnAnOfflineMemberIsKnown(_ engine: RecordedEngine) async throws {
        let listed = try engine.recorded("instances with recursion 1, one on an offline member", .instances)
        let client = engine.engine.client
        let runner = ScriptedRunner([
            "\(client) query '/1.0/instances?recursion=1&all-projects=true'": [.result(listed.result)],
            "\(client) query '/1.0/networks?recursion=1'": [.prints("[]")],
            "\(client) query /1.0/profiles/default": [.prints(#"{"devices":{}}"#)],
            "\(client) query '/1.0/storage-pools/default/volumes/custom?recursion=1'": [.prints("[]")],
        ])
        let database = NotesRunner(runner)
        let workloads = try await Workloads.look(LXC(database, engine: engine.engine), [])
        let found = try #require(workloads.instances.first { $0.name == "u5" })
        #expect(found.isSilent && found.unit == "web" && found.type == "container")
        #expect(workloads.instances.filter(\.isSilent).count == 1)
    }

    /// The database's answer to whatever is asked of it.
    private struct NotesRunner: CommandRunner {
        let other: any CommandRunner
        init(_ other: any CommandRunner) { self.other = other }
        func run(_ command: Command) async throws -> CommandResult {
            guard command.arguments.last == "/internal/sql" else { return try await other.run(command) }
            return CommandResult(
                output: #"{"Results":[{"rows":[["u5","type","0",""],["u5","config","user.bcm.unit","web"]]}]}"#)
        }
    }

    /// LXD 5.21 and 6.9 answer from the database, after ten seconds.
    @Test(arguments: RecordedEngine.allCases)
    func askedAloneItsMemberIsAway(_ engine: RecordedEngine) async throws {
        let alone = try engine.recorded("instance on an offline member", .instances)
        let client = Self.client(engine, alone)
        if [.lxd521, .lxd6].contains(engine) {
            #expect(try await client.instance("u5")?.isNameAlone == false)
        } else {
            let failure = try await #require(throws: Failure.self) { try await client.instance("u5") }
            #expect(failure.engineError == .memberAway)
        }
    }

    // MARK: Frozen instances

    /// Only LXD 5.0 stops a frozen instance by itself.
    @Test(arguments: RecordedEngine.allCases)
    func aFrozenInstanceContinuesBeforeItStops(_ engine: RecordedEngine) async throws {
        let stop = try engine.recorded("stop of a paused one", .instances)
        #expect(stop.succeeded == (engine == .lxd5))
        let client = engine.engine.client
        let frozen = try engine.recorded("frozen: by the API", .instances)
        let resumed = try engine.recorded("frozen: resumed by start", .instances)
        let runner = ScriptedRunner([
            "\(client) query /1.0/instances/u6": [.result(frozen.result)],
            "\(client) start u6": [.result(resumed.result)],
            "\(client) stop u6 --timeout 30": [.works], "\(client) restart u6 --timeout 30": [.works],
            "\(client) restart u6 --force": [.works],
        ])
        for verb in ["stop", "restart"] {
            try await LXC(runner, engine: engine.engine).turn("u6", verb, isForced: false)
        }
        #expect(
            runner.changes == [
                "\(client) start u6", "\(client) stop u6 --timeout 30", "\(client) start u6",
                "\(client) restart u6 --timeout 30",
            ])
        // By force it ends as it is.
        #expect(try engine.recorded("frozen: restart by force", .instances).succeeded)
        try await LXC(runner, engine: engine.engine).turn("u6", "restart", isForced: true)
        #expect(runner.changes.last == "\(client) restart u6 --force" && runner.changes.count == 5)
    }

    /// With its member, as the engine itself does when the host stops.
    @Test func aFrozenInstanceIsStoppedWithItsMember() async throws {
        let shown =
            #"{"name":"a","location":"DEV-00","status":"Frozen","project":"default","last_used_at":"noon","config":{}}"#
        let mark =
            #"lxc query --request PATCH --data '{"config":{"user.bcm.paused":"noon"}}' '/1.0/instances/a?project=default'"#
        let inside = ScriptedRunner([
            "lxc query '/1.0/instances?recursion=1&all-projects=true'": [.prints("[\(shown)]")], mark: [.works],
            "lxc start a": [.works], "lxc stop a --timeout 30": [.works],
            "lxc config set a volatile.last_state.power=RUNNING": [.works],
        ])
        let name = try MemberName.dev(0)
        let bench = try Bench(
            provider: StubProvider(inside: ["DEV-00": inside], machines: [name: Machine(state: .running)]))
        let step = StopInstances(name: name)
        #expect(try await !step.isDone(bench.context))
        try await step.run(bench.context)
        #expect(
            inside.changes == [
                mark, "lxc start a", "lxc stop a --timeout 30", "lxc config set a volatile.last_state.power=RUNNING",
            ])
    }

    // MARK: What an instance says

    @Test(arguments: RecordedEngine.allCases)
    func theLogOfAStartIsReadWhateverItsHeading(_ engine: RecordedEngine) async throws {
        let log = try await Self.client(engine, engine.recorded("info with log", .instances)).startLog(of: "u1")
        let hasLog = try engine.recorded("info with log", .instances).stdout.contains("lxc u1 ")
        #expect(log.contains("lxc u1 ") == hasLog)
        #expect(try await Self.client(engine, engine.recorded("its log", .instances)).startLog(of: "u9") == "")
        // Incus fails where the process has ended; the daemon's own words are left then.
        let failed = Self.client(engine, try engine.recorded("its log (2)", .instances))
        if engine.isIncus {
            await #expect(throws: Failure.self) { try await failed.startLog(of: "u9") }
        } else {
            #expect(try await failed.startLog(of: "u9").contains("/nonono"))
        }
    }

    @Test(arguments: RecordedEngine.allCases)
    func cloudInitThatIsMissingIsSaid(_ engine: RecordedEngine) async throws {
        let failure = try await #require(throws: Failure.self) {
            try await Self.client(engine, engine.recorded("no cloud-init", .exec)).hasFinishedCloudInit("u1")
        }
        #expect(failure.code == .conflict && failure.message.hasPrefix("cloud-init not found"))
    }

    // MARK: Lists

    @Test(arguments: RecordedEngine.allCases)
    func listsAreRead(_ engine: RecordedEngine) async throws {
        let client = Self.client(
            engine, try engine.recorded("images by the API", .images),
            try engine.recorded("a created network", .networks),
            try engine.recorded("networks by the API, one pending", .networks),
            try engine.recorded("profile by the API", .profiles),
            try engine.recorded("server after clustering", .server),
            try engine.recorded("operations, none running", .server),
            try engine.recorded("resources of a member", .server),
            try engine.recorded("instances with recursion 2", .instances))
        #expect(try await client.images().flatMap { $0.aliases ?? [] }.map(\.name) == ["tiny"])
        #expect(try await client.network("lxdbr0")?.status == "Created")
        #expect(try await client.networks().contains { $0.name == "lxdbr0" })
        #expect(try await client.profile("default").devices["root"]?["pool"] == "default")
        #expect(try await client.server().environment.isClustered)
        #expect(try await !client.isJoining("REC-00"))
        #expect(try await client.resources(of: "REC-02").cpu.total == 2)
        let instances = try await client.instances(withState: true)
        #expect(instances.first { $0.name == "u1" }?.isRunning == true)
        #expect(instances.first { $0.name == "u2" }?.hasRun == false)
        #expect(instances.first { $0.name == "u2" }?.isRunning == false)
    }

    // MARK: Moves

    /// LXD 5.0 refuses what the others do at once, and fail later: what belongs together is moved together (`GroupMove`).
    @Test(arguments: RecordedEngine.allCases)
    func anInstanceWithoutItsVolumeDoesNotStart(_ engine: RecordedEngine) throws {
        let move = try engine.recorded("move of one with a local volume", .move)
        #expect(move.succeeded == (engine != .lxd5))
        guard move.succeeded else { return }
        #expect(try engine.recorded("start of one that was moved away from its volume", .move).error == .notFound)
    }

    // MARK: Networks

    @Test(arguments: RecordedEngine.allCases)
    func whatIsMadeOfANetworkIsTold(_ engine: RecordedEngine) throws {
        let errors: [(String, EngineError?)] = [
            ("network prepared a second time on the same member", .networkPrepared),
            ("prepared after it was created", .networkPrepared), ("final create again", .networkCreated),
            ("delete of a network in use", nil),
        ]
        for (name, error) in errors {
            #expect(try engine.recorded(name, .networks).error == error, "\(name)")
        }
        // Two networks with one absent parent: LXD 5.21 and 6.9 name the other network. Neither is taken for one that is there.
        let parent = try engine.recorded("physical network with a parent that does not exist", .networks)
        let expected: EngineError? = [.lxd521, .lxd6].contains(engine) ? nil : .notFound
        #expect(parent.error == expected)
    }
}
