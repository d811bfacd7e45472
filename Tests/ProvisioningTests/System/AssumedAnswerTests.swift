import Synchronization
import Testing

@testable import Provisioning

#if canImport(Darwin)
    import Darwin
#else
    import Glibc
#endif

/// What a dry run takes for answers, without any step that knows of it.
@Suite struct AssumedAnswerTests {
    private struct Asking: Step {
        let title = "ask"
        let member: MemberName? = nil
        let assumed: Bool?

        func isDone(_ context: PlanContext) async throws -> Bool { false }
        func run(_ context: PlanContext) async throws {
            try await context.runner.output(of: Command("before", [], effect: .changes))
            _ = try await context.time.wait(for: "x", limit: .seconds(1), every: .seconds(1), assuming: assumed) { nil }
            try await context.runner.output(of: Command("after", [], effect: .changes))
        }
    }

    @Test func whatFollowsOnAnAnswerThatNobodyKnowsIsLeftOut() async throws {
        for (assumed, commands) in [(nil, 1), (true, 2)] as [(Bool?, Int)] {
            let recorder = Recorder()
            let bench = try Bench()
            let context = bench.context.with(runner: RecordingRunner(bench.runner, recorder))
            var plan = ClusterPlan()
            plan.add(Asking(assumed: assumed))
            let review = try await PlanReview(plan, context, recorder)
            #expect(review.items.map(\.actions.count) == [commands])
        }
    }

    @Test func anAnswerThatIsDecodedIsEmptyWhereNoneIsDescribed() async throws {
        let recorder = Recorder()
        let runner = RecordingRunner(ScriptedRunner(), recorder)
        let machine = Subject.machine("DEV-00")
        let scope = StepScope(step: "s", phase: .running, isReview: true)
        try await StepScope.$current.withValue(scope) {
            try await runner.output(of: Command("x", [], effect: .changes, touches: [machine]))
            let list = try await runner.decoded([Int].self, from: Command("x", ["list"], about: [machine]))
            let table = try await runner.decoded([String: Int].self, from: Command("x", ["table"], about: [machine]))
            #expect(list.isEmpty && table.isEmpty)
            let told = try await runner.decoded([Int].self, from: Command("x", [], about: [machine], assumed: "[7]"))
            #expect(told == [7])
        }
    }

    @Test func aDryRunDoesNotWaitLong() async throws {
        let base = ScriptedRunner(["x": [.works]])
        _ = try await RecordingRunner(base, Recorder()).run(Command("x", [], effect: .awaits))
        #expect(base.commands.first?.limit == .seconds(10))
    }

    @Test func anAnswerThatWasNotGivenIsAnError() async throws {
        let runner = ScriptedRunner(["x": [.works]])
        await #expect(throws: Failure.self) { try await runner.decoded([Int].self, from: Command("x", [])) }
    }

    @Test func aListingThatFailedIsAskedForAgain() async throws {
        struct Trouble: Error {}
        let machines = RunningMachinesCache()
        let asked = Atomic(0)
        let provider = StubProvider()
        let state = try Bench.state(1, ClusterSettings(provider: .namespace, storage: .dir))
        provider.listing.withLock {
            $0 = { if asked.add(1, ordering: .relaxed).newValue == 1 { throw Trouble() } }
        }
        await #expect(throws: Trouble.self) { try await machines.all(provider, state) }
        #expect(try await machines.all(provider, state).isEmpty)
        #expect(try await machines.all(provider, state).isEmpty)
        #expect(asked.load(ordering: .relaxed) == 2, "one that succeeded is kept")
    }

    @Test func aHelperThatHangsIsNotWaitedFor() async {
        let start = ContinuousClock.now
        await withCheckedContinuation { done in
            Thread.detach {
                ChildProcess.runHelper(Command("sleep", ["600"], limit: .milliseconds(100), output: .discarded))
                done.resume()
            }
        }
        #expect(ContinuousClock.now - start < .seconds(300))
    }

    /// Whoever is slow to read holds up neither who writes nor the order.
    @Test func writesAreInOrderAndWaitForNobody() throws {
        let home = try TemporaryFolder()
        // A pipe whose both ends no child of another test inherits.
        #expect(mkfifo("\(home.path)/pipe", 0o600) == 0)
        let pipe = open("\(home.path)/pipe", O_RDWR | O_CLOEXEC)
        defer { close(pipe) }
        let lines = (0..<20_000).map { "line \($0)\n" }
        for line in lines { WriteQueue.add(line, to: pipe) }
        let expected = lines.joined()
        var bytes: [UInt8] = []
        while bytes.count < expected.utf8.count {
            var buffer = [UInt8](repeating: 0, count: 65_536)
            let count = unistdRead(pipe, &buffer, buffer.count)
            bytes += buffer.prefix(max(0, count))
        }
        #expect(String(decoding: bytes, as: UTF8.self) == expected)
    }
}
