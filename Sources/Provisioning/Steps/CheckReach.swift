/// Checks that members on different hosts reach each other's API, before LXD counts on it.
///
/// A refused connection is an answer: the packets came and went, and nobody listens there yet.
struct CheckReach: Step {
    let title = "check that the hosts' members reach each other"
    let member: MemberName? = nil
    /// One member of each host.
    let members: [MemberName]

    /// How long an answer may take.
    private static let limit: Duration = .seconds(5)

    /// Members of one cluster reach each other.
    func isDone(_ context: PlanContext) async throws -> Bool {
        for member in members where try await !context.client(in: member).server().environment.isClustered {
            return false
        }
        return true
    }

    /// It only checks.
    func isUnfinished(_ context: PlanContext) async throws -> Bool { false }

    func run(_ context: PlanContext) async throws {
        let state = await context.store.state
        let pairs = members.flatMap { one in members.filter { $0 != one }.map { (one, $0) } }
        let gaps = try await withThrowingTaskGroup(of: String?.self) { group in
            for (one, other) in pairs { group.addTask { try await gap(from: one, to: other, state, context) } }
            return try await group.reduce(into: []) { $0 += [$1].compactMap { $0 } }
        }
        guard gaps.isEmpty else {
            throw Failure(
                .conflict, gaps.sorted().joined(separator: "; "),
                hint: "\(Self.hint(state, context)), then run the same command again")
        }
    }

    /// What to say of a pair that does not reach each other; `nil` of one that does.
    private func gap(
        from one: MemberName, to other: MemberName, _ state: ClusterState, _ context: PlanContext
    ) async throws -> String? {
        let address = try await context.provider.address(of: other, in: state)
        let probe = PortProbe(runner: context.provider.runner(in: one), limit: Self.limit)
        guard case .silent(let reason) = try await probe.knock(address, context.engine.port) else { return nil }
        let (here, there) = (state.host(of: one), state.host(of: other))
        return "\(one) on \(here) does not reach \(other) on \(there) at \(address):\(context.engine.port): \(reason)"
    }

    private static func hint(_ state: ClusterState, _ context: PlanContext) -> String {
        let hosts = (state.spread ?? []).map { "\($0.host) (\($0.address))" }.joined(separator: ", ")
        return context.provider.traits.reachHint(hosts, context.engine)
    }
}
