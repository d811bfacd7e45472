/// The recipe of `destroy`: removes what the record names, and nothing else.
public enum DestroyPlan {
    /// The steps for the members of the record.
    public static func plan(for record: ClusterRecord) -> Plan {
        var plan = Plan()

        // The person's client goes first: it must not point at what is going.
        let remote = record.remote.map { [plan.add(RemoveRemote(remote: $0))] } ?? []

        // The machines, in parallel, by their exact names.
        let machines = record.members.map { plan.add(RemoveMachine(name: $0.name)) }

        // What they shared.
        let host = plan.add(ReleaseHost(), after: machines)

        // The files go last: as long as anything is left, the record names it.
        plan.add(RemoveFiles(), after: remote + [host])
        return plan
    }

    /// The steps for a cluster that has files, but was never asked to come up.
    public static func planForFilesAlone() -> Plan {
        var plan = Plan()
        plan.add(RemoveFiles())
        return plan
    }
}
