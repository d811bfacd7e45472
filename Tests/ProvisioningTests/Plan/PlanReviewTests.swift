import Provisioning
import Testing

@Suite struct PlanReviewTests {
    @Test func aDryRunIsThePlan() async throws {
        let bench = try Bench(members: 2)
        let recorder = Recorder()
        let launch = Command("multipass", ["launch"], effect: .changes, touches: [.machine("DEV-00")])
        var plan = ClusterPlan()
        let first = plan.add(TestStep(title: "done", done: true) { _ in Issue.record("it was done already") })
        plan.add(
            TestStep(title: "launch", member: try .dev(0)) { _ in
                #expect(StepScope.isReview)
                _ = try await RecordingRunner(ScriptedRunner(), recorder).run(launch)
            }, after: [first])
        let review = try await PlanReview(plan, bench.context, recorder)
        #expect(review.items.map(\.title) == ["done", "launch"])
        #expect(review.items.map(\.isDone) == [true, false])
        #expect(review.items.map(\.member) == [nil, try .dev(0)])
        #expect(review.items.map(\.actions) == [[], [.command(launch)]])
        #expect(!StepScope.isReview)
    }

    @Test func whatCannotBeKnownYetIsNotDone() async throws {
        struct Unknowable: Step {
            let title = "look"
            let member: MemberName? = nil
            func isDone(_ context: PlanContext) async throws -> Bool { throw UnknownInDryRun() }
            func run(_ context: PlanContext) async throws {}
        }
        var plan = ClusterPlan()
        plan.add(Unknowable())
        #expect(try await PlanReview(plan, try Bench().context, Recorder()).items.map(\.isDone) == [false])
    }
}
