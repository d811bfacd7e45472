/// Writes down what is about to be made, before anything is: `destroy` finds it all after a crash at any moment.
struct WriteState: Step {
    let title = "write the state"
    let member: MemberName? = nil

    func isDone(_ context: PlanContext) async throws -> Bool { try await context.store.isWritten() }

    func run(_ context: PlanContext) async throws { try await context.store.write() }
}
