/// Waits until the cluster itself says that every member is online.
struct VerifyCluster: Step {
    let member: MemberName? = nil
    let first: MemberName
    let wanted: [MemberName]
    var title = "check that all members are online"

    /// How long a look may take that nothing hangs on: without a majority the cluster answers late, and only that it cannot.
    private static let glance: Duration = .seconds(5)

    func isDone(_ context: PlanContext) async throws -> Bool {
        try await missing(context.client(in: first, limit: Self.glance), .reads)?.isEmpty ?? false
    }

    func run(_ context: PlanContext) async throws {
        let client = context.client(in: first, limit: StepScope.isReview ? Self.glance : LXC.patience)
        _ = try await context.time.wait(
            for: "all members to be online", limit: context.limits.online, every: context.provider.pollInterval,
            remedy: "read \(context.provider.logHint(first)), and ask lxc cluster list"
        ) {
            // In a review nothing has been brought back that the answer could come from.
            try await missing(client, .awaits)?.isEmpty ?? StepScope.isReview ? true : nil
        }
    }

    /// Who is not online; `nil` where the cluster cannot say, as while it has no leader; a dead daemon stays dead.
    private func missing(_ client: LXC, _ effect: Command.Effect) async throws -> [MemberName]? {
        do {
            return missing(from: try await client.members(effect, assuming: wanted.map(\.text)))
        } catch let failure as Failure
            where [.commandFailed, .timedOut].contains(failure.code) && !failure.saysThatNoDaemonIsThere
        {
            return nil
        } catch var failure as Failure where failure.saysThatNoDaemonIsThere {
            failure.remedy = failure.remedy ?? "bcmcluster repair -c \(first.cluster)"
            throw failure
        }
    }

    private func missing(from members: [ClusterMember]) -> [MemberName] {
        let online = Set(members.filter(\.isOnline).map(\.name))
        return wanted.filter { !online.contains($0.text) }
    }
}
