/// Gives a member's machine the sizes that its settings say, while it runs.
struct ResizeMachine: Step {
    let title = "resize the machine"
    let name: MemberName

    var member: MemberName? { name }

    func isDone(_ context: PlanContext) async throws -> Bool {
        guard let sizing = context.provider.sizing else { return true }
        return try await sizing.differing([context.specification(name)], of: context.store.state).isEmpty
    }

    func run(_ context: PlanContext) async throws {
        let endpoint = try await context.endpoint(name)
        try await context.provider.sizing?.resize(context.specification(name), of: context.store.state)
        try await context.store.update { state in
            guard let index = state.members.firstIndex(where: { $0.name == name }) else { return }
            state.members[index].sizes = endpoint.sizes
        }
    }
}
