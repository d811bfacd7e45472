/// Lets one member continue alone with what it knows, where the majority of the voters is permanently lost.
///
/// LXD's own way out, which the daemon must be off for (facts: "Quorum"); other members that are there come back to it
/// by themselves, and those that are gone are forgotten afterwards.
struct RecoverQuorum: Step {
    /// How long a cluster may take to say who is in it; without a quorum it never does.
    private static let limit: Duration = .seconds(5)

    /// How long after its last sign of life LXD counts a member as online, and would give it a vote again that nobody
    /// casts (facts: "A member is offline after 20 s"), with a second to spare.
    private static let offlineThreshold: Duration = .seconds(21)

    let title = "recover quorum without the lost members"
    let name: MemberName

    var member: MemberName? { name }
    var log: MachineLog.Topic? { .daemon }

    func isDone(_ context: PlanContext) async throws -> Bool {
        do {
            let client = context.client(in: name, limit: Self.limit)
            return try await !client.members().isEmpty
        } catch let failure as Failure where failure.isNoAnswer {
            return false
        }
    }

    func run(_ context: PlanContext) async throws {
        try await context.provider.daemonControl.stopDaemon(of: name, in: context.store.state)
        try await waitUntilLostMembersAreOffline(context)
        try await LXD(context.provider.runner(in: name), engine: context.engine).recoverFromQuorumLoss()
        try await RestartDaemon(name: name).run(context)
    }

    /// Nobody knows since when they are gone.
    private func waitUntilLostMembersAreOffline(_ context: PlanContext) async throws {
        let end = context.time.elapsed + Self.offlineThreshold
        _ = try await context.time.wait(
            for: "\(context.engine.title) to report the lost members as offline",
            limit: Self.offlineThreshold + .seconds(60),
            every: .milliseconds(500), assuming: true
        ) { context.time.elapsed >= end ? true : nil }
    }
}
