/// A dry run: the same steps, one after the other, against a world that is only looked at.
package struct PlanReview: Sendable {
    /// What one step would do.
    package struct Item: Sendable {
        /// Which kind of step it is.
        package var code: String
        /// The step's title.
        package var title: String
        /// The member that it is about.
        package var member: MemberName?
        /// Whether the world already is as the step would leave it.
        package var isDone: Bool
        /// What it would do, in order.
        package var actions: [RecordedAction]

        /// Says what one step would do.
        package init(
            code: String, title: String, member: MemberName? = nil, isDone: Bool = false, actions: [RecordedAction]
        ) {
            self.code = code
            self.title = title
            self.member = member
            self.isDone = isDone
            self.actions = actions
        }
    }

    /// The steps, in the order of the run.
    package var items: [Item]
    /// Remarks for the user.
    package var notes: [String]

    /// A review that was put together elsewhere.
    package init(items: [Item], notes: [String]) {
        self.items = items
        self.notes = notes
    }

    /// Reviews the plan; the context's runner and files must be those of the recorder.
    package init<Context>(_ plan: Plan<Context>, _ context: Context, _ recorder: Recorder) async throws {
        self = try await Engine.$current.withValue(context.engine) { try await Self.review(plan, context, recorder) }
    }

    private static func review<Context>(
        _ plan: Plan<Context>, _ context: Context, _ recorder: Recorder
    ) async throws -> PlanReview {
        var items: [Item] = []
        for entry in plan.entries {
            let step = entry.step
            let asking = StepScope(step: step.identifier, phase: .asking, isReview: true)
            let isDone = try await StepScope.$current.withValue(asking) {
                do { return try await step.isDone(context) } catch is UnknownInDryRun { return false }
            }
            if !isDone {
                let running = StepScope(step: step.identifier, phase: .running, isReview: true)
                try await StepScope.$current.withValue(running) {
                    // What the step would do from there on depends on an answer that only a run gets.
                    do { try await step.run(context) } catch is UnknownInDryRun {}
                }
            }
            items.append(
                Item(
                    code: step.code, title: step.title, member: step.member, isDone: isDone,
                    actions: recorder.takeActions()))
        }
        return PlanReview(items: items, notes: recorder.notes)
    }
}
