/// Changes of networks in a plan, one after the other: an engine that changes two at a time trips over the other's interfaces
/// (Incus 6.0.4).
struct NetworkChanges {
    /// The member that is asked.
    let respondingMember: MemberName
    private var last: Int?

    init(respondingMember: MemberName) { self.respondingMember = respondingMember }

    /// Adds one to the plan, after those steps and after the change before it; answers its place.
    @discardableResult
    mutating func add(_ work: ChangeNetwork.Work, to plan: inout ClusterPlan, after earlier: [Int] = []) -> Int {
        let place = plan.add(
            ChangeNetwork(work, respondingMember: respondingMember), after: earlier,
            regardless: [last].compactMap { $0 })
        last = place
        return place
    }
}
