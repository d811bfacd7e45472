/// Makes the member's machine, or starts one that is off.
struct LaunchMachine: Step {
    let title = "launch the machine"
    let name: MemberName

    var member: MemberName? { name }
    var lane: Lane? { .machines }
    var log: MachineLog.Topic? { .machine }

    func isDone(_ context: PlanContext) async throws -> Bool {
        try await context.machine(name)?.isOn ?? false
    }

    /// The member's own row says so.
    func isUnfinished(_ context: PlanContext) async throws -> Bool { false }

    func run(_ context: PlanContext) async throws {
        let state = await context.store.state
        switch try await context.machine(name)?.state {
        case nil:
            do { try await context.provider.create(context.specification(name), of: state) } catch let failure
                as Failure
                where failure.code == .taken
            {
                // The machine of that name is not ours, and destroy removes what the state names.
                try await context.store.update { $0.members.removeAll { $0.name == name } }
                throw failure
            }
        case .deleted:
            throw Self.deleted(name, hint: context.provider.traits.deletedHint?(name))
        default:
            try await context.startAndNote(name)
        }
    }

    /// The failure of a machine that is deleted and not gone.
    static func deleted(_ name: MemberName, hint: String?) -> Failure {
        Failure(
            .conflict, "the machine \(name) was deleted, but not purged", hint: hint)
    }
}
