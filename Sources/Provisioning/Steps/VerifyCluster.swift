/// Waits until the cluster itself says that every member is online, except evacuated ones.
///
/// LXD takes a member for online for 20 s after its last heartbeat, also while it is off and when it has just come back
/// (facts: "A member is offline after 20 s"). What the plan started counts from its first heartbeat since.
struct VerifyCluster: Step {
    let member: MemberName? = nil
    let first: MemberName
    let wanted: [MemberName]
    var title = "check that all members are online"

    /// How long a look may take that nothing hangs on: without a quorum the cluster answers late, and only that it cannot.
    private static let shortTimeout: Duration = .seconds(5)

    func isDone(_ context: PlanContext) async throws -> Bool {
        if context.lastStart.last != nil { return false }
        return try await missing(context.client(in: first, limit: Self.shortTimeout), .reads, context)?.isEmpty ?? false
    }

    /// It only waits.
    func isUnfinished(_ context: PlanContext) async throws -> Bool { false }

    func run(_ context: PlanContext) async throws {
        let client = context.client(in: first)
        _ = try await context.time.wait(
            for: "all members to be online", limit: context.limits.online, every: context.provider.traits.pollInterval,
            hint: "read \(context.provider.logHint(first)), and ask \(ClusterClient.line("cluster list"))",
            assuming: true
        ) {
            guard let missing = try await missing(client, .awaits, context), missing.isEmpty else { return nil }
            return try await haveSentHeartbeat(client, context) ? true : nil
        }
    }

    /// Who is not online; `nil` where the cluster cannot say, as while it has no leader; a dead daemon stays dead.
    private func missing(
        _ client: LXC, _ effect: Command.Effect, _ context: PlanContext
    ) async throws -> [MemberName]? {
        do {
            return missing(from: try await client.members(effect, assuming: wanted.map(\.text)), context)
        } catch let failure as Failure
            where [.commandFailed, .timedOut].contains(failure.code) && failure.engineError != .noDaemon
        {
            return nil
        } catch var failure as Failure where failure.engineError == .noDaemon {
            failure.hint = failure.hint ?? "bcmcluster repair -c \(first.cluster)"
            throw failure
        }
    }

    /// Whether the wanted members have shown life since the plan started something; a cluster of one has no heartbeats.
    private func haveSentHeartbeat(_ client: LXC, _ context: PlanContext) async throws -> Bool {
        guard let last = context.lastStart.last, wanted.count > 1 else { return true }
        let sinceThen = context.time.elapsed - last
        let ages: [String: Duration]
        do {
            ages = try await client.heartbeatAges()
        } catch let failure as Failure where failure.code != .interrupted {
            // A server without that table or that path has nothing to say; others are asked again.
            return failure.reports(EngineError.noSuchTable, .notFound)
        }
        return wanted.allSatisfy { ages[$0.text].map { $0 < sinceThen } ?? false }
    }

    /// An evacuated member is restored by the user, and is not waited for.
    private func missing(from members: [ClusterMember], _ context: PlanContext) -> [MemberName] {
        let present = members.filter { member in wanted.contains { $0.text == member.name } }
        for member in present where member.isEvacuated {
            context.remarks.add(
                "\(member.name) is evacuated; to bring it back: \(ClusterClient.line("cluster restore", member.name))")
        }
        let ready = Set(present.filter { $0.isReachable }.map(\.name))
        return wanted.filter { !ready.contains($0.text) }
    }
}
