/// Waits until the machine is set up and its daemon answers.
struct AwaitDaemon: Step {
    var title: String { "wait for \(Engine.current.title)" }
    let name: MemberName
    /// The member that lets it into the cluster, where a machine that a cut-off join has left may be created again.
    var first: MemberName?
    /// Whether it joins then, since no other step of the plan lets it.
    var rejoins = false

    var member: MemberName? { name }
    var log: MachineLog.Topic? { .machine }

    func isDone(_ context: PlanContext) async throws -> Bool {
        guard try await context.machine(name)?.state == .running else { return false }
        return try await context.provider.isSettled(name, of: context.store.state)
    }

    /// The member's own row says so.
    func isUnfinished(_ context: PlanContext) async throws -> Bool { false }

    func run(_ context: PlanContext) async throws {
        let state = await context.store.state
        let machine = try await context.machine(name)
        // It ran before this plan and is not as it should be: whatever of it is dead is started.
        if machine?.state == .running { try await context.startAndNote(name) }
        guard let first, first != name, machine != nil else {
            return try await context.provider.settle(name, of: state, limit: context.limits.machine)
        }
        try await JoinTraces(context: context, member: name, respondingMember: first)
            .awaitDaemon(thenJoins: rejoins)
    }
}
