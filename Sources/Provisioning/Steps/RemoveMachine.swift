/// Removes a member's machine and everything in it; only one that the state names.
struct RemoveMachine: Step {
    let title = "remove the machine"
    let name: MemberName

    var member: MemberName? { name }
    var lane: Lane? { .machines }

    func isDone(_ context: PlanContext) async throws -> Bool {
        guard try await context.machine(name) == nil else { return false }
        return try await !(context.provider.launches?.isBeingLaunched(name) ?? false)
    }

    func run(_ context: PlanContext) async throws {
        try await context.provider.remove(name, of: context.store.state)
    }
}
