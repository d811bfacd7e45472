/// Turns a member's machine off, whose instances are off already.
struct StopMachine: Step {
    let title = "stop the machine"
    let name: MemberName

    var member: MemberName? { name }

    func isDone(_ context: PlanContext) async throws -> Bool {
        switch try await context.machine(name)?.state {
        case nil, .stopped, .deleted: true
        default: false
        }
    }

    func run(_ context: PlanContext) async throws {
        try await context.provider.stop(name, of: context.store.state, limit: context.limits.machine)
        // Another step of this plan may start it again.
        await context.machines.note(name, is: .stopped)
    }
}
