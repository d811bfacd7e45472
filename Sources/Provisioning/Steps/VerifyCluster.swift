/// Waits until the cluster itself says that every member is online.
struct VerifyCluster: Step {
    let title = "check that all members are online"
    let member: MemberName? = nil
    let first: MemberName
    let wanted: [MemberName]

    func isDone(_ context: PlanContext) async throws -> Bool {
        try await missing(from: context.client(in: first).members()).isEmpty
    }

    func run(_ context: PlanContext) async throws {
        let client = context.client(in: first)
        _ = try await context.time.wait(
            for: "all members to be online", limit: context.limits.online, every: context.provider.pollInterval,
            remedy: "read \(context.provider.logHint(first)), and ask lxc cluster list"
        ) {
            try await missing(from: client.members(.awaits, assuming: wanted.map(\.text))).isEmpty ? true : nil
        }
    }

    private func missing(from members: [ClusterMember]) -> [MemberName] {
        let online = Set(members.filter(\.isOnline).map(\.name))
        return wanted.filter { !online.contains($0.text) }
    }
}
