/// Starts a member's daemon anew that is dead, hangs or fails; what runs on the member goes on.
struct RestartDaemon: Step {
    /// How long a daemon may take to answer before it counts as one that does not.
    private static let limit: Duration = .seconds(5)

    let title = "restart the daemon"
    let name: MemberName

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
        let record = await context.store.record
        context.awakenings.note(context.time.elapsed)
        try await context.provider.restartDaemon(of: name, in: record)
        try await context.provider.settle(name, of: record, limit: context.limits.machine)
    }
}
