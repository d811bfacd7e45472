/// Lets another member lead the database before this one leaves its cluster.
///
/// LXD hands the lead over when its daemon ends gracefully, which takes a moment; a leader that is removed takes the
/// cluster's voice along for many seconds, and now and then stays behind as a voter that nobody reaches. Instances keep
/// running while the daemon is restarted.
struct TransferLeadership: Step {
    let title = "transfer database leadership"
    let name: MemberName
    /// The member that is asked who leads.
    let respondingMember: MemberName

    var member: MemberName? { name }
    var lane: Lane? { .membership }

    func isDone(_ context: PlanContext) async throws -> Bool {
        let leader = try await leader(context)
        return leader != nil && leader != name.text
    }

    func run(_ context: PlanContext) async throws {
        // A task of its own, which is not cancelled with this one: a daemon that was stopped is started again.
        try await Task { try await RestartDaemon(name: name).run(context) }.value
        _ = try await context.time.wait(
            for: "another database leader", limit: context.limits.online,
            every: context.provider.traits.pollInterval,
            assuming: true
        ) {
            let leader = try await leader(context)
            return leader != nil && leader != name.text ? true : nil
        }
    }

    /// Who leads; `nil` while nobody does.
    private func leader(_ context: PlanContext) async throws -> String? {
        do {
            let members = try await context.client(in: respondingMember).members()
            return members.first(where: \.isLeader)?.name
        } catch let failure as Failure where failure.code == .commandFailed && failure.engineError != .noDaemon {
            return nil
        }
    }
}
