extension PlanContext {
    /// How long a member may take to answer before another one is asked.
    private static let shortTimeout: Duration = .seconds(10)

    /// A member that answers for the cluster, the first where it does, and the members as it sees them.
    package func respondingMember() async throws -> (name: MemberName, members: [ClusterMember]) {
        let state = await store.state
        let names = [state.first] + state.members.map(\.name).filter { $0 != state.first }.sorted()
        var last: Failure?
        for name in names {
            do {
                let members = try await client(in: name, limit: Self.shortTimeout).members()
                if !members.isEmpty { return (name, members) }
            } catch let failure as Failure
                where failure.isNoAnswer || [.unreachable, .taken].contains(failure.code)
            {
                last = failure
            }
        }
        if let last, last.code == .taken { throw last }
        throw Failure(
            .unreachable, "no member of \(state.name) answers", command: last?.command, output: last?.output,
            hint: "see bcmcluster status -c \(state.name)")
    }
}
