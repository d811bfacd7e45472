/// Lets the cluster forget a member that is permanently lost, with what the database knows of it.
struct RemoveMemberFromCluster: Step {
    let title = "remove it from the cluster"
    let name: MemberName
    /// The member that is asked.
    let respondingMember: MemberName

    var member: MemberName? { name }
    var lane: Lane? { .membership }

    func isDone(_ context: PlanContext) async throws -> Bool {
        do {
            return try await traces(context).areCleared()
        } catch let failure as Failure where failure.code == .commandFailed {
            return false
        }
    }

    func run(_ context: PlanContext) async throws {
        // It may come back, and then joins with what was its own.
        if let objects = try? await ObjectCheck(context: context, respondingMember: respondingMember).objects() {
            _ = try await context.joinValues(of: name, [], JoinValues(objects))
        }
        try await traces(context).clear()
    }

    private func traces(_ context: PlanContext) -> JoinTraces {
        JoinTraces(context: context, member: name, respondingMember: respondingMember)
    }
}
