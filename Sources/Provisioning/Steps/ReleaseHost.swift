/// Takes away what the machines of the cluster shared.
struct ReleaseHost: Step {
    let member: MemberName? = nil
    /// The host; `nil` where the cluster is on one alone.
    let host: HostName?

    var title: String { "release the host" + (host.map { " \($0)" } ?? "") }

    func isDone(_ context: PlanContext) async throws -> Bool {
        try await context.provider.part(on: host).isReleased(context.store.record)
    }

    func run(_ context: PlanContext) async throws {
        try await context.provider.part(on: host).release(context.store.record)
    }
}
