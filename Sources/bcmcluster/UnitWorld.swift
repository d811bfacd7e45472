import Provisioning

/// What a command finds that looks at what runs on a cluster.
struct UnitSight: Sendable {
    let record: ClusterRecord
    let context: PlanContext
    let workloads: Workloads

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
            let (_, workloads) = try await Workloads.look(context, withState: withState)
            return UnitSight(record: record, context: context, workloads: workloads)
        }
    }
}
