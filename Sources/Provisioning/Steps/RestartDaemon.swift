/// Restarts a member's daemon that is dead, hangs or fails; instances on the member keep running.
struct RestartDaemon: Step {
    /// How long a daemon may take to answer before it counts as one that does not.
    private static let limit: Duration = .seconds(5)

    let title = "restart the daemon"
    let name: MemberName
    /// The cluster's first member, where the join of a member may have been cut off.
    var first: MemberName?

    var member: MemberName? { name }
    var log: MachineLog.Topic? { .daemon }

    func isDone(_ context: PlanContext) async throws -> Bool {
        do {
            let client = context.client(in: name, limit: Self.limit)
            _ = try await client.server()
            return true
        } catch let failure as Failure where failure.isNoAnswer {
            return false
        }
    }

    func run(_ context: PlanContext) async throws {
        let state = await context.store.state
        context.lastStart.note(context.time.elapsed)
        try await context.provider.daemonControl.restartDaemon(of: name, in: state)
        context.lastStart.note(context.time.elapsed)
        guard let first, first != name else {
            return try await context.provider.settle(name, of: state, limit: context.limits.machine)
        }
        try await JoinTraces(context: context, member: name, respondingMember: first).awaitDaemon(thenJoins: true)
    }
}
