/// Starts a member's machine that is off; never makes one.
struct StartMachine: Step {
    let title = "start the machine"
    let name: MemberName

    var member: MemberName? { name }
    var lane: Lane? { .machines }
    var log: MachineLog.Topic? { .machine }

    func isDone(_ context: PlanContext) async throws -> Bool {
        try await context.machine(name)?.isOn ?? false
    }

    func run(_ context: PlanContext) async throws {
        switch try await context.machine(name)?.state {
        case nil:
            throw Failure(
                .conflict, "\(name) has no machine, and start does not create one",
                hint: "bcmcluster up -c \(name.cluster)")
        case .deleted: throw LaunchMachine.deleted(name, hint: context.provider.traits.deletedHint?(name))
        default:
            try await context.startAndNote(name)
        }
    }
}
