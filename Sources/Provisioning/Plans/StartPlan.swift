/// The recipe of `start`: starts the machines, all at once, also after a reboot of the host; makes none.
package enum StartPlan {
    /// The steps for the members of the state.
    package static func plan(for state: ClusterState) -> ClusterPlan {
        var plan = ClusterPlan()
        add(to: &plan, state)
        return plan
    }

    /// Adds the steps, which wait for others, to a plan; returns the place of the one after which the cluster is healthy.
    @discardableResult
    static func add(
        to plan: inout ClusterPlan, _ state: ClusterState, after: [Int] = [], regardless: [Int] = []
    ) -> Int {
        let names = state.members.map(\.name)

        // What machines share is gone after a reboot of the host.
        let host = plan.add(PrepareHost(), after: after, regardless: regardless)
        let routed = plan.add(RouteTraffic(), after: [host])

        // The voters wait for each other, so nobody waits for one before starting another.
        let ready = names.map { name in
            let started = plan.add(StartMachine(name: name), after: [host])
            return plan.add(AwaitDaemon(name: name, first: state.first, rejoins: true), after: [started])
        }

        // Only the cluster itself can say that it is complete.
        let whole = plan.add(VerifyCluster(first: state.first, wanted: names), after: [routed] + ready)

        // Interfaces between members are gone after a reboot.
        let connected = state.connection.map { [plan.add($0, after: [whole])] } ?? [whole]

        // As a rule each daemon has started by then what is to run on it.
        return plan.add(ResumeInstances(first: state.first), after: connected)
    }
}
