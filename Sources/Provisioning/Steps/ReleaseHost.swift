/// Removes what the machines of the cluster shared.
struct ReleaseHost: Step {
    let member: MemberName? = nil
    /// The host; `nil` where the cluster is on one alone.
    let host: HostName?

    var title: String { "release the host" + (host.map { " \($0)" } ?? "") }

    /// Where nothing of the cluster is left, what it shared with others that are gone too may be: a run that was cut off
    /// just then has not looked for it.
    func isDone(_ context: PlanContext) async throws -> Bool { false }

    func run(_ context: PlanContext) async throws {
        try await context.provider.part(on: host).sharedNetwork?.release(context.store.state)
    }
}
