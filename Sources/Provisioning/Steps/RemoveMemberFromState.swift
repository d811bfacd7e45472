/// Strikes a member, of which nothing is left, from the state, and removes its files.
struct RemoveMemberFromState: Step {
    let title = "remove it from the state"
    let name: MemberName

    var member: MemberName? { name }

    func isDone(_ context: PlanContext) async throws -> Bool { await context.store.state.member(name) == nil }

    /// Only the world, asked after the removal, can say that nothing is left: an answer on the way may have been cut off.
    func run(_ context: PlanContext) async throws {
        let state = await context.store.state
        let machines = try await StepScope.outcome(assuming: [:]) { try await context.provider.machines(of: state) }
        guard machines[name] == nil else {
            throw Failure(
                .conflict, "the machine \(name) still exists",
                hint: "run the same command again: it stays in the state until it is deleted")
        }
        try context.files.remove(context.folder.endpoint(name))
        try await context.store.update { state in state.members.removeAll { $0.name == name } }
    }
}
