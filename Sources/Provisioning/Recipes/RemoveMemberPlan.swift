/// The recipe of `member remove`: takes one member out, and its machine away.
public enum RemoveMemberPlan {
    /// The steps for a member that is not the first.
    public static func plan(for member: MemberName, of record: ClusterRecord, isForced: Bool) -> Plan {
        var plan = Plan()

        // The cluster hands over what the member did for it; with force it only forgets the member.
        let left =
            isForced
            ? plan.add(ForgetMember(name: member, witness: record.first))
            : plan.add(LeaveCluster(name: member, witness: record.first))

        // The machine, and then the record, which names it for as long as anything of it is there.
        let removed = plan.add(RemoveMachine(name: member), after: [left])
        plan.add(StrikeMember(name: member), after: [removed])
        return plan
    }
}
