/// Waits until those that are left have a leader, and LXD has rebalanced the voters among them: before that a daemon's next
/// call fails, one more loss could stop the cluster, and a join hangs that meets the change.
struct AwaitVoterRebalance: Step {
    /// How long LXD may take: its leader looks every ten seconds or so.
    private static let timeout: Duration = .seconds(40)

    var title: String { "wait for \(Engine.current.title) to rebalance voters" }
    /// The members that are left.
    let members: [MemberName]
    /// How many voters there are to be; of two members LXD takes the vote from one.
    let voters: Int

    let member: MemberName? = nil

    func isDone(_ context: PlanContext) async throws -> Bool { try await isSpread(context) }

    func run(_ context: PlanContext) async throws {
        do {
            _ = try await context.time.wait(
                for: "\(members.count) members with \(voters) voters", limit: Self.timeout, every: .milliseconds(250),
                assuming: true
            ) { try await isSpread(context) ? true : nil }
        } catch let failure as Failure where failure.code == .timedOut {
            context.remarks.add(
                "\(context.engine.title) has not rebalanced the voters yet; see bcmcluster status")
        }
    }

    /// Every one is asked: each daemon finds the new leader for itself.
    private func isSpread(_ context: PlanContext) async throws -> Bool {
        let names = Set(members.map(\.text))
        return try await withThrowingTaskGroup(of: Bool.self) { group in
            for member in members {
                group.addTask {
                    do {
                        let all = try await context.client(in: member).members()
                        let online = all.filter(\.isOnline)
                        let ready = all.filter { $0.isReachable }
                        return names.isSubset(of: ready.map(\.name)) && online.count(where: \.isVoter) == voters
                    } catch let failure as Failure where failure.isNoAnswer {
                        return false
                    }
                }
            }
            return try await group.allSatisfy { $0 }
        }
    }
}
