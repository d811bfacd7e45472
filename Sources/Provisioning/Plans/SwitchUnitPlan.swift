/// The recipe of `unit stop`, `start`, `pause`, `resume` and `restart`: the instances that the user means, each by itself.
package struct SwitchUnitPlan {
    /// The steps, for those whose member answers.
    package private(set) var plan = ClusterPlan()
    /// Why the others are left as they are.
    package private(set) var left: [Failure] = []

    /// The steps for what the user means; throws where none of it is in reach.
    package init(
        _ reference: UnitReference, _ change: SwitchInstance.Change, isForced: Bool, _ workloads: Workloads,
        of state: ClusterState
    ) throws {
        for instance in try reference.instances(in: workloads) {
            do {
                let place = try workloads.place(of: instance, in: state)
                plan.add(SwitchInstance(instance.name, on: place, change, isForced: isForced))
            } catch let failure as Failure { left.append(failure) }
        }
        if plan.entries.isEmpty, let failure = left.first { throw failure }
    }
}
