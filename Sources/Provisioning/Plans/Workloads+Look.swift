extension Workloads {
    /// Looks at a cluster, by the first member that answers for it.
    package static func look(
        _ context: PlanContext, withState: Bool = false
    ) async throws -> (respondingMember: MemberName, workloads: Workloads) {
        let (respondingMember, members) = try await context.respondingMember()
        return (respondingMember, try await look(context.client(in: respondingMember), members, withState: withState))
    }

    /// The member that an instance is on; throws where it does not answer, or the state does not have it.
    package func place(of instance: ClusterInstance, in state: ClusterState) throws -> MemberName {
        guard isInReach(instance) else {
            throw Failure(
                .unreachable, "\(instance.name) is unreachable: \(instance.location) does not answer",
                hint: "bcmcluster repair -c \(state.name)")
        }
        return try UnitPlan.name(instance.location, in: state)
    }
}
