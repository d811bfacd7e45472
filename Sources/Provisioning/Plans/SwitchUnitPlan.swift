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
                if change == .start { try workloads.checkPorts(of: instance) }
                plan.add(SwitchInstance(instance.name, on: place, change, isForced: isForced))
            } catch let failure as Failure { left.append(failure) }
        }
        if plan.entries.isEmpty, let failure = left.first { throw failure }
    }
}

extension Workloads {
    /// Throws `Failure.conflict` where another instance that runs on the member has a port of one that is to be started.
    fileprivate func checkPorts(of instance: ClusterInstance) throws {
        if instance.isRunning { return }
        let others = instances.filter {
            $0.location == instance.location && $0.isRunning
                && ($0.name, $0.projectName) != (instance.name, instance.projectName)
        }
        for port in instance.ports.sorted() {
            guard let rival = others.first(where: { $0.ports.conflict(among: [port]) != nil }) else { continue }
            throw instance.portConflict(port, rival.shownOwner)
        }
    }
}
