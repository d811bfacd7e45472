import Provisioning

/// A step of which only the names matter.
struct NamedStep: Step {
    var title: String
    var member: MemberName?
    var log: MachineLog.Topic?

    func isDone(_ context: PlanContext) async throws -> Bool { false }
    func run(_ context: PlanContext) async throws {}
}

extension ClusterPlan {
    /// A plan of the cluster's own step and two steps for each of that many members of DEV.
    static func sample(_ members: Int) throws -> ClusterPlan {
        var plan = ClusterPlan()
        plan.add(NamedStep(title: "write the state"))
        let cluster = try ClusterName("DEV")
        for index in 0..<members {
            plan.add(NamedStep(title: "launch the machine", member: MemberName(cluster, index), log: .machine))
            plan.add(NamedStep(title: "join the cluster", member: MemberName(cluster, index)))
        }
        return plan
    }
}

extension PlanOutline {
    /// The outline of such a plan.
    static func sample(_ members: Int) throws -> PlanOutline { PlanOutline(try ClusterPlan.sample(members)) }
}
