/// The recipe that gives machines without a state one again, before anything else is done with them.
enum AdoptPlan {
    /// The steps for the members of the rebuilt state.
    static func plan(for state: ClusterState) -> ClusterPlan {
        var plan = ClusterPlan()

        // A damaged state may hold what only its user understands.
        let kept = plan.add(SetAsideDamagedState())
        let written = plan.add(WriteState(), after: [kept])

        // A .env that is there is kept; its secret is of use to new machines alone.
        for member in state.members.map(\.name) {
            let step = WriteEnvironment(
                name: member, provider: state.settings.provider, decided: state.decided)
            plan.add(step, after: [written])
        }
        return plan
    }

    /// Adds what gives the files what the cluster is known by, and the user's client a remote where its name is free, after
    /// all other steps.
    static func addCertificate(_ first: MemberName, addsRemote: Bool, to plan: inout ClusterPlan) {
        let all = Array(plan.entries.indices)
        let known = plan.add(FetchCertificate(name: first), after: all)
        if addsRemote { plan.add(AddRemote(name: first), after: [known]) }
    }
}
