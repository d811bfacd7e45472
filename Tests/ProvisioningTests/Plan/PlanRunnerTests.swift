import Testing

@testable import Provisioning

@Suite(.endsHangs) struct PlanRunnerTests {
    private let log = EventLog()
    private let bench: Bench

    init() throws { bench = try Bench() }

    private func run(_ plan: ClusterPlan, machinesAtOnce: Int = 4) async -> PlanOutcome {
        await PlanRunner(plan, bench.context, observer: log, machinesAtOnce: machinesAtOnce).run()
    }

    @Test func aStepWaitsForThoseItNames() async {
        var plan = ClusterPlan()
        let a = plan.add(TestStep(title: "a"))
        let b = plan.add(TestStep(title: "b"), after: [a])
        plan.add(TestStep(title: "c"), after: [a, b])
        let outcome = await run(plan)
        #expect(log.all == ["started a", "finished a", "started b", "finished b", "started c", "finished c"])
        #expect(outcome.succeeded && outcome.done == [0, 1, 2])
    }

    @Test func whatIsDoneAlreadyIsLeftOut() async {
        var plan = ClusterPlan()
        let a = plan.add(TestStep(title: "a", done: true) { _ in Issue.record("it was done already") })
        plan.add(TestStep(title: "b"), after: [a])
        let outcome = await run(plan)
        #expect(log.all == ["skipped a", "started b", "finished b"])
        #expect(outcome.skipped == [0] && outcome.done == [1] && outcome.succeeded)
    }

    @Test func theMachinesLaneIsBounded() async {
        let (crowd, flags) = (Crowd(), Flags())
        var plan = ClusterPlan()
        for number in 0..<7 {
            plan.add(
                TestStep(title: "\(number)", lane: .machines) { _ in
                    crowd.enter()
                    await flags.raise("\(number)")
                    // The first two are in at the same time, however busy the machine is.
                    if number < 2 { await flags.wait("\(1 - number)") }
                    try await Task.sleep(for: .milliseconds(20))
                    crowd.leave()
                })
        }
        #expect(await run(plan, machinesAtOnce: 2).done.count == 7)
        #expect(crowd.most == 2)
    }

    @Test func withoutALaneAllGoAtOnce() async {
        let flags = Flags()
        var plan = ClusterPlan()
        for number in 0..<8 {
            plan.add(
                TestStep(title: "\(number)") { _ in
                    // Each waits for the next, so none could end if they went one after the other.
                    if number < 7 { await flags.wait("\(number + 1)") }
                    await flags.raise("\(number)")
                })
        }
        #expect(await run(plan, machinesAtOnce: 1).done.count == 8)
    }

    /// Joins go one at a time, in the order in which machines get ready, not by number.
    @Test func joinsGoInTheOrderOfReadiness() async {
        let flags = Flags()
        let crowd = Crowd()
        var plan = ClusterPlan()
        func member(_ number: Int, readyAfter: String?, joinUntil: String?) {
            let ready = plan.add(
                TestStep(title: "ready \(number)") { _ in if let readyAfter { await flags.wait(readyAfter) } })
            plan.add(
                TestStep(title: "join \(number)", lane: .joins) { _ in
                    crowd.enter()
                    await flags.raise("joins \(number)")
                    if let joinUntil { await flags.wait(joinUntil) }
                    crowd.leave()
                }, after: [ready])
            plan.add(TestStep(title: "seen \(number)") { _ in await flags.raise("seen \(number)") }, after: [ready])
        }
        member(1, readyAfter: "seen 2", joinUntil: nil)
        member(2, readyAfter: "joins 3", joinUntil: nil)
        member(3, readyAfter: nil, joinUntil: "seen 1")
        #expect(await run(plan).succeeded)
        #expect(
            log.all.filter { $0.hasPrefix("started join") } == ["started join 3", "started join 2", "started join 1"])
        #expect(crowd.most == 1)
    }

    /// Where the engine bears it several members join at once; nobody leaves meanwhile.
    @Test func severalJoinAtOnceWhereTheEngineBearsIt() async {
        let (flags, joins, changes) = (Flags(), Crowd(), Crowd())
        bench.context.joinTurns.allow(3)
        var plan = ClusterPlan()
        for number in 0..<7 {
            plan.add(
                TestStep(title: "join \(number)", lane: .joins) { _ in
                    joins.enter()
                    #expect(changes.now == 0)
                    await flags.raise("\(number)")
                    // The first three wait for each other.
                    if number < 3 { await flags.wait("\((number + 1) % 3)") }
                    joins.leave()
                })
            plan.add(
                TestStep(title: "leave \(number)", lane: .membership) { _ in
                    changes.enter()
                    #expect(joins.now == 0)
                    await Task.yield()
                    changes.leave()
                })
        }
        #expect(await run(plan).done.count == 14)
        #expect(joins.most == 3 && changes.most == 1)
    }

    @Test func oneFailureDoesNotHideAnother() async {
        var plan = ClusterPlan()
        let a = plan.add(TestStep(title: "a") { _ in throw Failure(.timedOut, "a failed") })
        let b = plan.add(TestStep(title: "b", lane: .joins) { _ in throw Failure(.missing, "b failed") })
        let c = plan.add(TestStep(title: "c"), after: [a])
        plan.add(TestStep(title: "d"), after: [c])
        plan.add(TestStep(title: "e", lane: .joins))
        let outcome = await run(plan)
        #expect(Set(outcome.failures.map(\.failure.message)) == ["a failed", "b failed"])
        #expect(Set(outcome.failures.map(\.index)) == [a, b])
        #expect(outcome.blocked == [2, 3] && outcome.done == [4] && !outcome.succeeded)
        #expect(log.all.contains("blocked c") && log.all.contains("blocked d") && !log.all.contains("started c"))
    }

    /// What puts back what others have removed comes when they have ended, however they have.
    @Test func whatComesRegardlessWaitsForTheEndAndNotForSuccess() async {
        var plan = ClusterPlan()
        let a = plan.add(TestStep(title: "a") { _ in throw Failure(.conflict, "a failed") })
        let b = plan.add(TestStep(title: "b"), after: [a])
        let c = plan.add(TestStep(title: "c"))
        let d = plan.add(TestStep(title: "d"), regardless: [a, b, c])
        plan.add(TestStep(title: "e"), after: [d])
        plan.add(TestStep(title: "f"), after: [b], regardless: [c])
        let outcome = await run(plan)
        #expect(outcome.done == [2, 3, 4] && outcome.blocked == [1, 5] && outcome.failures.map(\.index) == [0])
        #expect(plan.waits(4, for: 0) && plan.waits(3, for: 1))
    }

    @Test func aFailureCarriesNoSecret() async {
        bench.redactor.conceal("HUNTER22", as: "<secret>")
        var plan = ClusterPlan()
        plan.add(TestStep(title: "a") { _ in throw Failure(.conflict, "bad HUNTER22", output: "HUNTER22") })
        let outcome = await run(plan)
        #expect(outcome.failures.first?.failure == Failure(.conflict, "bad <secret>", output: "<secret>"))
    }

    @Test func whatPutsThingsBackRunsAfterACancellationToo() async {
        let flags = Flags()
        var plan = ClusterPlan()
        let a = plan.add(
            TestStep(title: "a") { _ in
                await flags.raise("a runs")
                try await Task.sleep(for: .untilItHangs)
            })
        let b = plan.add(TestStep(title: "b"), after: [a])
        plan.add(TestStep(title: "back") { _ in try Task.checkCancellation() }, regardless: [b], evenIfCancelled: true)
        plan.add(TestStep(title: "other"), regardless: [b])
        let running = Task { [plan] in await run(plan) }
        await flags.wait("a runs")
        running.cancel()
        let outcome = await running.value
        #expect(outcome.done == [2] && outcome.blocked == [1, 3] && outcome.failures.map(\.index) == [0])
    }

    @Test func cancellationEndsWhatRunsAndLeavesTheRestOut() async {
        let flags = Flags()
        var plan = ClusterPlan()
        let a = plan.add(
            TestStep(title: "a") { _ in
                await flags.raise("a runs")
                try await Task.sleep(for: .untilItHangs)
            })
        plan.add(TestStep(title: "b"), after: [a])
        let running = Task { [plan] in await run(plan) }
        await flags.wait("a runs")
        running.cancel()
        let outcome = await running.value
        #expect(outcome.failures.map(\.failure.code) == [.interrupted])
        #expect(outcome.blocked == [1] && !outcome.succeeded)
    }
}
