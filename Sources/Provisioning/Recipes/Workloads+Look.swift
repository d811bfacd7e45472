extension Workloads {
    /// Looks at a cluster, by the first member that answers for it.
    public static func look(
        _ context: PlanContext, withState: Bool = false
    ) async throws -> (witness: MemberName, workloads: Workloads) {
        let (witness, members) = try await context.witness()
        return (witness, try await look(context.client(in: witness), members, withState: withState))
    }

    /// The member that an instance is on; throws where it does not answer, or the record does not have it.
    public func place(of instance: ClusterInstance, in record: ClusterRecord) throws -> MemberName {
        guard isInReach(instance) else {
            throw Failure(
                .unreachable, "\(instance.name) is out of reach: \(instance.location) does not answer",
                remedy: "bcmcluster repair -c \(record.name)")
        }
        return try UnitPlan.name(instance.location, in: record)
    }
}
