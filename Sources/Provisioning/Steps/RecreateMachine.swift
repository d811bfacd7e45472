/// Recreates a member's machine, with nothing of what was in it.
struct RecreateMachine: Step {
    let title = "recreate the machine"
    let name: MemberName

    var member: MemberName? { name }
    var lane: Lane? { .machines }
    var log: MachineLog.Topic? { .machine }

    /// A machine that is new has a daemon that was never in a cluster.
    func isDone(_ context: PlanContext) async throws -> Bool {
        guard try await context.machine(name)?.state == .running else { return false }
        do { return try await !context.client(in: name).server().environment.isClustered } catch let failure as Failure
            where failure.isNoAnswer
        {
            return false
        }
    }

    func run(_ context: PlanContext) async throws {
        let state = await context.store.state
        try await context.provider.remove(name, of: state)
        try await context.provider.create(context.specification(name), of: state)
        try await context.provider.settle(name, of: state, limit: context.limits.machine)
    }
}
