import Testing

@testable import Provisioning

/// The steps of snapshots, each alone.
@Suite struct SnapshotStepTests {
    private let provider = StubProvider()
    private let bench: Bench
    private let name: SnapshotName
    private let copies = SnapshotCopies()

    init() throws {
        bench = try Bench(members: 2, provider: provider)
        name = try SnapshotName("before")
    }

    @Test func copiesThatDoNotFitAreRefused() async throws {
        let room = CopyRoom(needed: 3 << 30, free: 1 << 30, isShared: false, place: "/there")
        provider.room.withLock { $0 = room }
        for purpose in [CheckRoom.Purpose.taking(copies), .restoring] {
            let step = CheckRoom(snapshot: name, purpose: purpose)
            let failure = try await #require(throws: Failure.self) { try await step.run(bench.context) }
            #expect(failure.message == "full copies need 3G, and 1G is free at /there")
            #expect(failure.code == .conflict && failure.hint != nil)
        }
        for (free, isShared) in [(4 << 30, false), (nil, false), (0, true)] as [(Int?, Bool)] {
            provider.room.withLock { $0 = CopyRoom(needed: 3 << 30, free: free, isShared: isShared, place: "/") }
            try await CheckRoom(snapshot: name, purpose: .taking(copies)).run(bench.context)
            #expect(copies.isShared == isShared)
        }
    }

    @Test func oneThatIsNotWholeGoes() async throws {
        let step = DropUnfinishedSnapshot(snapshot: name)
        #expect(try await step.isDone(bench.context), "there is none")
        provider.standing.withLock { [name] in $0[name] = [(try? .dev(0))].compactMap { $0 }.asSet }
        #expect(try await !step.isDone(bench.context))
        try await step.run(bench.context)
        #expect(provider.log == ["delete before"])
        let all: Set = [try MemberName.dev(0), try .dev(1)]
        provider.standing.withLock { [name] in $0[name] = all }
        #expect(try await step.isDone(bench.context), "it is whole")
    }

    @Test("A host that holds copies of another snapshot stays in the state, under a number of its own")
    func hostWithOtherCopiesStays() async throws {
        let provider = StubProvider()
        let bench = try Bench(provider: provider)
        var now = try Bench.state(2, over: 2)
        now.spread?[1].host = try HostName("h9")
        now.members[1].host = try HostName("h9")
        try await bench.context.store.update { [now] in $0 = now }
        let then = SavedCluster(taken: 7, state: try Bench.state(2, over: 2), bytes: nil, isClone: true)

        try await CommitRestoredState(saved: then).run(bench.context)
        #expect(await bench.context.store.state.hosts.map(\.text) == ["h0", "h1"])

        try await bench.context.store.update { [now] in $0 = now }
        provider.standing.withLock { [name] in $0 = [name: [now.members[1].name]] }
        let step = CommitRestoredState(saved: then)
        try await step.run(bench.context)
        let spread = await bench.context.store.state.spread ?? []
        #expect(spread.map(\.host.text) == ["h0", "h1", "h9"] && spread.map(\.number) == [0, 1, 2])
        #expect(try await step.isDone(bench.context))
    }

    /// The look at the machines is older than what the same plan has done to them.
    @Test func whatThePlanTurnedOffIsStartedAgain() async throws {
        let provider = StubProvider(machines: [try .dev(0): Machine(state: .running)])
        let context = try Bench(provider: provider).context
        let start = StartMachine(name: try .dev(0))
        #expect(try await start.isDone(context))
        try await StopMachine(name: try .dev(0)).run(context)
        #expect(try await !start.isDone(context))
        try await start.run(context)
        #expect(provider.log == ["stop DEV-00", "start DEV-00"])
        try await RestoreMachine(name: try .dev(1), snapshot: name).run(context)
        #expect(try await context.machine(.dev(1))?.state == .stopped, "it was made")
    }
}

extension Array where Element: Hashable {
    fileprivate var asSet: Set<Element> { Set(self) }
}
