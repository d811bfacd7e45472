/// Waits until the machine is set up and its daemon answers.
struct SettleMachine: Step {
    let title = "wait for LXD"
    let name: MemberName

    var member: MemberName? { name }
    var log: MachineLog.Topic? { .machine }

    func isDone(_ context: PlanContext) async throws -> Bool {
        guard try await context.machine(name)?.state == .running else { return false }
        return try await context.provider.isSettled(name, of: context.store.record)
    }

    func run(_ context: PlanContext) async throws {
        let record = await context.store.record
        if try await context.machine(name)?.state == .running {
            // It ran before this plan and is not as it should be: whatever of it is dead is started.
            try await context.turnOn(name)
        }
        try await context.provider.settle(name, of: record, limit: context.limits.machine)
    }
}
