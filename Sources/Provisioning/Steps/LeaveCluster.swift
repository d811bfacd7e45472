/// Takes a member out of its cluster in good order, if nothing lives on it.
struct LeaveCluster: Step {
    let title = "leave the cluster"
    let name: MemberName
    /// The member that is asked.
    let witness: MemberName

    var member: MemberName? { name }
    var lane: Lane? { .joins }

    func isDone(_ context: PlanContext) async throws -> Bool {
        try await traces(context).areCleared()
    }

    func run(_ context: PlanContext) async throws {
        let client = context.client(in: witness)
        let force = "bcmcluster member remove -c \(name.cluster) \(name) --force"
        let living = try await client.instances(on: name.text).map(\.name).sorted()
        // In a review nothing has moved away, and nobody can be asked who is online.
        if StepScope.isReview { return try await client.dismiss(name.text) }
        guard living.isEmpty else {
            throw Failure(
                .conflict, "\(living.joined(separator: ", ")) still live\(living.count == 1 ? "s" : "") on \(name)",
                remedy: "lxc move INSTANCE --target MEMBER, or, to lose what is there, \(force)")
        }
        // Of one that never was in it there may be something left.
        guard let entry = try await client.member(named: name.text) else { return try await traces(context).clear() }
        // One that was evacuated is there, though LXD does not call it online.
        guard entry.isOnline || entry.isEvacuated else {
            throw Failure(.conflict, "\(name) is not online, and cannot leave in good order", remedy: force)
        }
        do { try await client.dismiss(name.text) } catch {
            // A member that stays takes instances again, and those that were moved away for this come back.
            if entry.isEvacuated { try? await client.restore(name.text, limit: context.limits.machine) }
            throw error
        }
    }

    private func traces(_ context: PlanContext) -> JoinTraces {
        JoinTraces(context: context, member: name, witness: witness)
    }
}
