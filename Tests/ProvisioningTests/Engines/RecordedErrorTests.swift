import Synchronization
import Testing

@testable import Provisioning

/// What the product takes the refusals of real daemons for, engine by engine.
@Suite struct RecordedErrorTests {
    private static let fingerprint = String(repeating: "a", count: 64)

    /// The errors of that file's failing cases, by case, but for those that the recorder ended.
    private static func errors(
        _ engine: RecordedEngine, _ topic: RecordedEngine.Topic, where isMeant: (RecordedCase) -> Bool
    ) throws -> [(name: String, error: EngineError?)] {
        try engine.cases(topic).filter { !$0.succeeded && $0.status != 124 && isMeant($0) }
            .map { ("\(engine.rawValue): \($0.name)", $0.error) }
    }

    // MARK: What is absent

    @Test(arguments: RecordedEngine.allCases)
    func anAbsentImageIsNone(_ engine: RecordedEngine) async throws {
        let absent = try engine.recorded("image absent", .images)
        let images = LXCImages(RecordedRunner(always: absent), engine: engine.engine, remote: "REC")
        #expect(try await images.image(Self.fingerprint) == nil)
        #expect(try engine.recorded("alias absent", .images).error == .notFound)
    }

    @Test(arguments: RecordedEngine.allCases)
    func aPathThatIsNotThereIsNotFound(_ engine: RecordedEngine) async throws {
        let runner = RecordedRunner(
            try engine.recorded("no such instance", .instances), try engine.recorded("no such network", .networks))
        let client = LXC(runner, engine: engine.engine)
        #expect(try await client.instance("nonono") == nil)
        #expect(try await client.network("nonono") == nil)
        for (name, topic) in [
            ("no such path", .server), ("server asked of a member that is not there", .server),
            ("no such member", .members), ("no such profile", .profiles), ("delete, no such instance", .instances),
            ("stop, no such instance", .instances), ("volume deleted that is not there", .storage),
            ("delete of a network that is not there", .networks),
            ("remove a member that the cluster does not know, by force", .removal),
        ] as [(String, RecordedEngine.Topic)] {
            #expect(try engine.recorded(name, topic).error == .notFound, "\(name)")
        }
    }

    /// Both are told by the same words.
    @Test(arguments: RecordedEngine.allCases)
    func withoutALeaderNothingIsAbsent(_ engine: RecordedEngine) async throws {
        let image = try engine.recorded("image while there is no leader", .noLeader)
        let images = LXCImages(RecordedRunner(always: image), engine: engine.engine, remote: "REC")
        await #expect(throws: Failure.self) { try await images.image(Self.fingerprint) }
        let instance = try engine.recorded("instance while there is no leader", .noLeader)
        await #expect(throws: Failure.self) {
            try await LXC(RecordedRunner(always: instance), engine: engine.engine).instance("u4")
        }
    }

    // MARK: No leader, no daemon, not trusted

    @Test(arguments: RecordedEngine.allCases)
    func withoutALeaderThatIsTheCause(_ engine: RecordedEngine) throws {
        let errors = try Self.errors(engine, .noLeader) { $0.name.hasSuffix("while there is no leader") }
        #expect(errors.count >= 11)
        for (name, error) in errors where !name.hasSuffix(": launch while there is no leader") {
            #expect(error == .leaderChanged || error == .noLeader, "\(name)")
        }
    }

    /// LXD 5.21 and 6.9 say that they did not find the image.
    @Test(arguments: RecordedEngine.allCases)
    func aLaunchWithoutALeaderSaysThatThereIsNone(_ engine: RecordedEngine) async throws {
        let launch = try engine.recorded("launch while there is no leader", .noLeader)
        #expect(launch.error != .notFound)
        // Incus 7 gives no answer in 70 seconds: the command's limit ends it.
        if engine == .incus7 {
            #expect(launch.status == 124)
            return
        }
        let runner = RecordedRunner(launch, try engine.recorded("image while there is no leader", .noLeader))
        let failure = try await #require(throws: Failure.self) {
            try await LXC(runner, engine: engine.engine).launch(
                "u9", from: Self.fingerprint, isVM: false, on: "REC-00", InstanceProperties(config: [:], devices: [:]),
                limit: .seconds(70))
        }
        #expect(failure.reports(EngineError.leaderChanged, .noLeader), "\(failure)")
    }

    @Test(arguments: RecordedEngine.allCases)
    func anImageThatIsAbsentIsTheCauseOfALaunchThatFails(_ engine: RecordedEngine) async throws {
        let launch = try engine.recorded("launch, no such image by fingerprint", .instances)
        let runner = RecordedRunner(launch, try engine.recorded("image absent", .images))
        let failure = try await #require(throws: Failure.self) {
            try await LXC(runner, engine: engine.engine).launch(
                "u9", from: Self.fingerprint, isVM: false, on: "REC-01", InstanceProperties(config: [:], devices: [:]),
                limit: .seconds(70))
        }
        #expect(failure.engineError == .notFound, "\(failure)")
    }

    @Test(arguments: RecordedEngine.allCases)
    func withoutADaemonThatIsTheCause(_ engine: RecordedEngine) throws {
        for (name, topic) in [("no daemon behind the socket", .server), ("no daemon", .noLeader)]
            as [(String, RecordedEngine.Topic)]
        {
            let failure = try engine.recorded(name, topic).failure
            #expect(failure.engineError == .noDaemon)
            #expect(failure.output?.contains("Usage") == false, "Incus 7 prints its help as well")
        }
    }

    @Test(arguments: RecordedEngine.allCases)
    func aClientThatIsNotTrustedIsNotAuthorized(_ engine: RecordedEngine) async throws {
        let errors = try Self.errors(engine, .noLeader) {
            $0.name.hasPrefix("client that is not trusted: /1.0/") && !$0.name.contains("images")
        }
        #expect(errors.count == 2)
        for (name, error) in errors { #expect(error == .notAuthorized, "\(name)") }

        let bench = try Bench()
        let refused = try engine.recorded("client that is not trusted: /1.0/instances", .noLeader)
        let context = bench.context.with(runner: RecordedRunner(always: refused))
        let access = await ClientAccess.look(
            at: "https://10.171.0.10:8443", of: "REC", limit: .seconds(10), context)
        #expect(access == .untrusted)
    }

    @Test(arguments: RecordedEngine.allCases)
    func anotherCertificateIsRefused(_ engine: RecordedEngine) throws {
        #expect(try engine.recorded("pinned certificate is another", .noLeader).error == .certificateRefused)
    }

    // MARK: An offline member

    @Test(arguments: RecordedEngine.allCases)
    func aMemberThatIsNeededDoesNotAnswer(_ engine: RecordedEngine) throws {
        for (name, topic) in [
            ("resources of an offline member", .server), ("start of an instance on an offline member", .instances),
            ("delete of an instance on an offline member", .instances), ("launch on an offline member", .instances),
            ("launch on a member that has just gone", .instances), ("volume created on an offline member", .storage),
            ("volume deleted on an offline member", .storage), ("network set while a member is offline", .networks),
            ("move to an offline member", .move), ("remote add, nobody there", .trust),
            ("join with a token that names an address where nobody is", .join),
        ] as [(String, RecordedEngine.Topic)] {
            #expect(try engine.recorded(name, topic).error == .memberAway, "\(name)")
        }
        guard engine != .lxd6 else { return }
        #expect(try engine.recorded("evacuate of an offline one", .members).error == .memberAway)
    }

    // MARK: Names that are taken

    @Test(arguments: RecordedEngine.allCases)
    func aTakenNameIsTaken(_ engine: RecordedEngine) throws {
        for (name, topic) in [
            ("launch, name taken", .instances), ("launch, name taken on another member", .instances),
            ("preload: init, name taken", .images), ("image import of an image that is there", .images),
            ("image import of an image that is there, without an alias", .images),
            ("volume created that exists", .storage), ("volume copied, name taken", .storage),
            ("device added a second time", .profiles),
        ] as [(String, RecordedEngine.Topic)] {
            #expect(try engine.recorded(name, topic).error == .nameTaken, "\(name)")
        }
        // Of the two launches at once one is made.
        let both = try ["one", "other"].map {
            try engine.recorded("two launches of one name at once: \($0)", .instances)
        }
        #expect(both.compactMap(\.error) == [.nameTaken])
    }

    @Test func aRowThatIsThereTwiceInAnotherTableIsNoName() {
        let words = "Error: UNIQUE constraint failed: nodes.address"
        #expect(EngineError(words) == nil)
    }

    // MARK: Deletions

    @Test(arguments: RecordedEngine.allCases)
    func whatAnotherDeletesIsDeletedOrBusy(_ engine: RecordedEngine) async throws {
        let client = { LXC(RecordedRunner(always: $0), engine: engine.engine) }
        let deletions = try engine.cases(.removal).filter { $0.name.contains("instance that is being deleted") }
        #expect(deletions.count == 6)
        for deletion in deletions {
            do { try await client(deletion).remove("ub") } catch let failure as Failure {
                // LXD 5.0: the other's stop is under way, or has just ended; the step asks again.
                #expect(engine == .lxd5 && failure.reports(EngineError.busy, .alreadyStopped), "\(deletion.name)")
            }
        }
    }

    /// It is another's work that has succeeded.
    @Test(arguments: RecordedEngine.allCases)
    func whatIsBeingMadeIsBusy(_ engine: RecordedEngine) throws {
        let errors = try Self.errors(engine, .removal) { $0.name.hasPrefix("delete by force while it is being made") }
        #expect(!errors.isEmpty)
        for (name, error) in errors { #expect(error == .busy, "\(name)") }
    }

    @Test func doneByAnotherIsTriedAgainWhereItIsNoDeletion() async throws {
        let bench = try Bench()
        let tries = Counter()
        try await bench.context.retryingWhileBusy("u1") {
            guard tries.next() > 1 else {
                throw Failure(
                    .commandFailed, "lxc exited with status 1",
                    output: "Error: Failed to create instance start operation: "
                        + "A matching non-reusable operation has now succeeded")
            }
        }
        #expect(tries.next() == 3)
    }

    // MARK: Starts and stops

    @Test(arguments: RecordedEngine.allCases)
    func whatIsSoAlreadyIsTold(_ engine: RecordedEngine) throws {
        #expect(try engine.recorded("start of one that runs", .instances).error == .alreadyRunning)
        for name in ["stop of one that is off", "stop by force of one that is off", "restart of one that is off"] {
            #expect(try engine.recorded(name, .instances).error == .alreadyStopped)
        }
    }

    /// The words end like those of a lost leader, after which a command is tried again.
    @Test(arguments: RecordedEngine.allCases)
    func aStopThatTakesTooLongIsNoLostLeader(_ engine: RecordedEngine) throws {
        let stop = try engine.recorded("stop that does not end in its time", .instances)
        let expected: EngineError? = engine == .lxd5 ? nil : .stopTimedOut
        #expect(stop.error == expected)
        let frozen = try engine.recorded("stop of a paused one", .instances)
        let errors: [RecordedEngine: EngineError] = [
            .lxd521: .frozen, .lxd6: .frozen, .incus6: .stopTimedOut, .incus7: .stopTimedOut,
        ]
        #expect(frozen.error == errors[engine])
    }

    // MARK: What is named so

    @Test(
        arguments: [
            (#"Error: Instance "busybox-1" not found"#, .notFound), (#"Error: Image "leader" not found"#, .notFound),
            (#"Error: Instance "is-busy" already exists"#, .nameTaken),
            ("Error: Not Found\nTry `lxc info --show-log already-exists` for more info", .notFound),
            (#"Error: Failed loading "custom/already exists": x"#, nil),
        ] as [(String, EngineError?)])
    func theNameOfAThingIsNoError(_ words: String, _ error: EngineError?) {
        #expect(EngineError(words) == error)
    }

    /// Counts its calls.
    private final class Counter: Sendable {
        private let count = Mutex(0)
        func next() -> Int {
            count.withLock {
                $0 += 1
                return $0
            }
        }
    }
}
