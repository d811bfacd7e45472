/// Puts in place what all machines of the cluster share, such as a bridge.
struct PrepareHost: Step {
    let title = "prepare the host"
    let member: MemberName? = nil

    func isDone(_ context: PlanContext) async throws -> Bool {
        try await context.provider.sharedNetwork?.isPrepared(context.store.state) ?? true
    }

    /// What is missing of the network is a finding of its own.
    func isUnfinished(_ context: PlanContext) async throws -> Bool { false }

    /// How often it chooses again: of so many clusters that come up at the same moment each gets a subnet.
    private static let choices = 32

    /// Clusters that come up at the same moment may choose the same: who is second chooses again.
    func run(_ context: PlanContext) async throws {
        for _ in 1..<Self.choices {
            let state = await context.store.state
            do {
                try await context.provider.sharedNetwork?.prepare(state)
                return
            } catch let failure as Failure where failure.code == .taken {
                let again = try await context.provider.assign(state, newMembers: [])
                try await context.store.update { $0 = again }
            }
        }
        try await context.provider.sharedNetwork?.prepare(context.store.state)
    }
}
