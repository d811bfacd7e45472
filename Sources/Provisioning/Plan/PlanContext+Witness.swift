extension PlanContext {
    /// How long a member may take to answer before another one is asked.
    private static let glance: Duration = .seconds(10)

    /// A member that answers for the cluster, the first where it does, and the members as it sees them.
    public func witness() async throws -> (name: MemberName, members: [ClusterMember]) {
        let record = await store.record
        let names = [record.first] + record.members.map(\.name).filter { $0 != record.first }.sorted()
        var last: Failure?
        for name in names {
            do {
                let members = try await client(in: name, limit: Self.glance).members()
                if !members.isEmpty { return (name, members) }
            } catch let failure as Failure
                where failure.isNoAnswer || [.unreachable, .taken].contains(failure.code)
            {
                last = failure
            }
        }
        if let last, last.code == .taken { throw last }
        throw Failure(
            .unreachable, "no member of \(record.name) answers", command: last?.command, output: last?.output,
            remedy: "bcmcluster status -c \(record.name) says what is the matter")
    }
}
