import Provisioning

/// What a command finds that looks at what runs on a cluster.
struct UnitStatus: Sendable {
    let state: ClusterState
    let context: PlanContext
    let workloads: Workloads

    /// The member that the instance is on; throws where it does not answer.
    func place(of instance: ClusterInstance) throws -> MemberName { try workloads.place(of: instance, in: state) }
}

extension World {
    /// Looks at what is on a cluster.
    func observation(of name: ClusterName, withState: Bool = false) async throws -> UnitStatus {
        let state = try standing(name)
        _ = try await provider(of: state)
        let context = try context(toLookAt: state)
        return try await untilSignal {
            let (_, workloads) = try await Workloads.look(context, withState: withState)
            return UnitStatus(state: state, context: context, workloads: workloads)
        }
    }
}
