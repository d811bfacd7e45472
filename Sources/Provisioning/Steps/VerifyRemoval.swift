/// Looks once more whether anything is left that the state names: an answer on the way may have been cut off.
struct VerifyRemoval: Step {
    let title = "check that nothing is left"
    let member: MemberName? = nil

    /// Only the world, asked after the removal, can say so.
    func isDone(_ context: PlanContext) async throws -> Bool { false }

    func run(_ context: PlanContext) async throws {
        let state = await context.store.state
        let left = try await StepScope.outcome(assuming: nil) { try await rest(of: state, context.provider) }
        if let left {
            throw Failure(
                .conflict, "\(state.name) is not completely deleted: \(left) is left",
                hint: "run the same command again: the state is kept until everything is deleted")
        }
    }

    private func rest(of state: ClusterState, _ provider: any MachineProvider) async throws -> String? {
        let machines = try await provider.machines(of: state).keys.sorted().map(\.text)
        if !machines.isEmpty { return machines.joined(separator: ", ") }
        return try await provider.sharedNetwork?.isReleased(state) ?? true ? nil : "something that its machines shared"
    }
}
