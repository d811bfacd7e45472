/// Puts in place what all machines of the cluster share, such as a bridge.
struct PrepareHost: Step {
    let title = "prepare the host"
    let member: MemberName? = nil

    /// How often something else is chosen in place of what another cluster has just taken.
    private static let tries = 8

    func isDone(_ context: PlanContext) async throws -> Bool {
        try await context.provider.isPrepared(context.store.record)
    }

    func run(_ context: PlanContext) async throws {
        for _ in 0..<Self.tries {
            let record = await context.store.record
            do {
                return try await context.provider.prepare(record)
            } catch let failure as Failure where failure.code == .conflict {
                // Another cluster came up at the same moment and was first: there may be something else to choose.
                let assigned = try await context.provider.assign(record, newcomers: [])
                guard assigned != record else { throw failure }
                try await context.store.update { $0 = assigned }
            }
        }
        try await context.provider.prepare(context.store.record)
    }
}
