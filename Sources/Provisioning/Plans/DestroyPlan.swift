/// The recipe of `destroy`: removes what the state names, and nothing else.
package enum DestroyPlan {
    /// The steps for the members of the state.
    package static func plan(for state: ClusterState, isOrphaned: Bool = false) -> ClusterPlan {
        var plan = ClusterPlan()
        let all = add(to: &plan, state, isOrphaned: isOrphaned)

        // The files go last: as long as anything is left, the state names it.
        plan.add(RemoveFiles(), after: all)
        return plan
    }

    /// The steps that end what a former destroy began, before the cluster is recreated with the same files.
    package static func planForMachines(of state: ClusterState) -> ClusterPlan {
        var plan = ClusterPlan()
        add(to: &plan, state)
        return plan
    }

    @discardableResult
    private static func add(to plan: inout ClusterPlan, _ state: ClusterState, isOrphaned: Bool = false) -> [Int] {
        // A readable state takes the place of the damaged one: if this run is interrupted, the next finds what is left.
        let kept = isOrphaned ? [plan.add(SetAsideDamagedState())] : []

        // A state file that has another cluster's identifier would lead to that cluster's things.
        let checked = plan.add(CheckOwnership(), after: kept)

        // From here on there is no way back, and whoever comes next has to know it.
        let marked = plan.add(MarkDeleting(), after: [checked])

        // The user's client goes first: it must not point at what is going.
        let remote = state.remote.map { [plan.add(RemoveRemote(remote: $0), after: [marked])] } ?? []

        // The machines, in parallel, by their exact names; then what they shared, host by host.
        let released = state.hosts.map { host in
            let machines = state.members(on: host).map { plan.add(RemoveMachine(name: $0), after: [marked]) }
            return plan.add(ReleaseHost(host: state.spread == nil ? nil : host), after: [marked] + machines)
        }

        // Only the world can say that nothing is left.
        return remote + [plan.add(VerifyRemoval(), after: released)]
    }

    /// The steps for a cluster that has files, but was never asked to come up.
    package static func planForFilesAlone() -> ClusterPlan {
        var plan = ClusterPlan()
        plan.add(RemoveFiles())
        return plan
    }
}
