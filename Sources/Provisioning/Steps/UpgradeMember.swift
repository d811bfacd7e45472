/// Lets a member's daemon run the engine's new version, and waits until the cluster has it back; instances keep running.
///
/// Between versions whose database differs, it answers nobody until the last member runs the new version, but keeps its
/// copy of the database, and sends heartbeats: so the cluster answers by the members that are still to be upgraded, and the
/// last one to be upgraded converts the database (Incus 6.0.4 to 7.0.2, seen).
struct UpgradeMember: Step {
    /// How long one question may take: a daemon that waits for the others leaves it open.
    private static let shortTimeout: Duration = .seconds(2)
    /// How long a daemon that was just started may be without a process.
    private static let grace: Duration = .seconds(10)

    let title = "upgrade the engine"
    let name: MemberName
    /// The channel that the user asked for.
    let channel: String?

    var member: MemberName? { name }
    var lane: Lane? { .membership }
    var log: MachineLog.Topic? { .daemon }
    var expectedDuration: Duration? { .seconds(120) }

    /// A package manager has to be asked.
    func isDone(_ context: PlanContext) async throws -> Bool {
        let upgrading = try context.provider.engineUpgrading
        if upgrading.installsEngines { return false }
        return try await upgrading.currency(of: name, in: context.store.state) == .current
    }

    func run(_ context: PlanContext) async throws {
        let state = await context.store.state
        let upgrading = try context.provider.engineUpgrading
        context.lastStart.note(context.time.elapsed)
        let start = context.time.elapsed
        try await upgrading.refreshEngine(of: name, to: channel, in: state, limit: context.limits.machine)
        if try await StepScope.outcome(assuming: .outdated, { try await upgrading.currency(of: name, in: state) })
            != .current
        {
            try await context.provider.daemonControl.restartDaemon(of: name, in: state)
        }
        try await awaitReturn(since: start, state, context)
    }

    private func awaitReturn(since start: Duration, _ state: ClusterState, _ context: PlanContext) async throws {
        let others = state.members.map(\.name).filter { $0 != name }
        var absentSince: Duration?
        _ = try await context.time.wait(
            for: "\(context.engine.title) on \(name)", limit: context.limits.daemon,
            every: max(context.provider.traits.pollInterval, .milliseconds(250)),
            hint: "read \(context.provider.logHint(name, about: .daemon))", assuming: true
        ) {
            if try await answers(context) { return true }
            if try await context.provider.engineUpgrading.currency(of: name, in: state) == .absent {
                absentSince = absentSince ?? context.time.elapsed
                if let absentSince, context.time.elapsed - absentSince > Self.grace {
                    throw Failure(
                        .commandFailed, "\(context.engine.title) on \(name) exited",
                        hint: "read \(context.provider.logHint(name, about: .daemon))")
                }
                return nil
            }
            absentSince = nil
            let age = try await Self.heartbeat(of: name, by: others, context)
            return age.map { $0 < context.time.elapsed - start } ?? false ? true : nil
        }
    }

    private func answers(_ context: PlanContext) async throws -> Bool {
        do {
            _ = try await context.client(in: name, limit: Self.shortTimeout).server(.awaits)
            return true
        } catch let failure as Failure where failure.isNoAnswer {
            return false
        }
    }

    /// How long ago the member last showed life, as the first of the others says that can be asked.
    private static func heartbeat(
        of name: MemberName, by others: [MemberName], _ context: PlanContext
    ) async throws -> Duration? {
        for other in others {
            do {
                return try await context.client(in: other, limit: shortTimeout).heartbeatAges()[name.text]
            } catch let failure as Failure where failure.isNoAnswer || failure.code == .unreachable { continue }
        }
        return nil
    }
}

/// Keeps the channel to which the members were upgraded: it is that of members that are added.
struct SaveChannel: Step {
    let title = "save the channel"
    let channel: String

    func isDone(_ context: PlanContext) async throws -> Bool {
        await context.store.state.settings.channel == channel
    }

    func run(_ context: PlanContext) async throws {
        let channel = channel
        try await context.store.update { $0.settings.channel = channel }
    }
}
