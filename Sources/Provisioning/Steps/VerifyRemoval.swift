/// Looks once more whether anything is left that the state names: an answer on the way may have been cut off.
struct VerifyRemoval: Step {
    let title = "check that nothing is left"
    let member: MemberName? = nil

    /// Only the world, asked after the removal, can say so.
    func isDone(_ context: PlanContext) async throws -> Bool { false }

    func run(_ context: PlanContext) async throws {
        if StepScope.isReview { return }
        let state = await context.store.state
        let machines = try await context.provider.machines(of: state).keys.sorted().map(\.text)
        guard machines.isEmpty, try await context.provider.sharedNetwork?.isReleased(state) ?? true else {
            let left = machines.isEmpty ? "something that its machines shared" : machines.joined(separator: ", ")
            throw Failure(
                .conflict, "\(state.name) is not completely deleted: \(left) is left",
                hint: "run the same command again: the state is kept until everything is deleted")
        }
    }
}
