import Provisioning

/// What a command finds that looks at what runs on a cluster.
struct UnitSight: Sendable {
    let record: ClusterRecord
    let context: PlanContext
    /// The member that answered.
    let witness: MemberName
    let workloads: Workloads

    /// The client of that member.
    var client: LXC { context.client(in: witness) }

    /// The member that the instance is on; throws where it does not answer.
    func place(of instance: ClusterInstance) throws -> MemberName { try workloads.place(of: instance, in: record) }
}

extension World {
    /// Looks at what is on a cluster.
    func sight(of name: ClusterName, withState: Bool = false) async throws -> UnitSight {
        let record = try standing(name)
        _ = try await provider(of: record)
        let context = try context(toLookAt: record)
        return try await untilSignal {
            let (witness, members) = try await context.witness()
            let workloads = try await Workloads.look(context.client(in: witness), members, withState: withState)
            return UnitSight(record: record, context: context, witness: witness, workloads: workloads)
        }
    }
}
