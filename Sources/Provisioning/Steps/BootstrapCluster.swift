/// Makes the first member a cluster of one, with its storage pool and default profile.
struct BootstrapCluster: Step {
    let title = "bootstrap the cluster"
    let name: MemberName

    var member: MemberName? { name }
    var log: MachineLog.Topic? { .daemon }

    func isDone(_ context: PlanContext) async throws -> Bool {
        let client = context.client(in: name)
        let server = try await client.server().environment
        context.joinTurns.allow(joinsAtOnce(context, version: server.version))
        if server.isClustered { try await MemberRename.check(name, as: server, client, context) }
        return server.isClustered
    }

    /// As many as the engine bears; fewer where the variable BCM_JOINS_AT_ONCE says so.
    private func joinsAtOnce(_ context: PlanContext, version: String) -> Int {
        let most = context.sources.environment("BCM_JOINS_AT_ONCE").flatMap { Int($0) } ?? .max
        return min(most, EngineVersion(version).map(context.engine.abilities(of:))?.joinsAtOnce ?? 1)
    }

    /// A cluster without it is interrupted.
    func isUnfinished(_ context: PlanContext) async throws -> Bool { false }

    func run(_ context: PlanContext) async throws {
        try await checkNothingLost(context)
        // What a former cluster of this state had.
        try await context.store.update { $0.hasBridge = nil }
        try await Initialization(
            context: context, member: name, touches: [.machine(name.text)], preseed: { try await preseed(context) },
            respondingMember: nil, clear: {}
        ).run()
    }

    /// A first member that has lost its data must not begin a second cluster beside what is left of the first: once there
    /// was a cluster, every machine that is older than this run has to say that it is in none.
    private func checkNothingLost(_ context: PlanContext) async throws {
        guard try context.files.kind(of: context.folder.certificate(name, context.engine)) != nil else { return }
        let state = await context.store.state
        for (other, machine) in try await context.machines.all(context.provider, state).sorted(by: { $0.key < $1.key })
        where other != name {
            guard machine.state != .unreachable, try await isOutsideClusters(other, context) else {
                throw Failure(
                    .conflict,
                    "\(name) has lost its data, and \(other) may still be in the cluster that it bootstrapped",
                    hint: "bcmcluster repair -c \(name.cluster) promotes another member, and lets \(name) join again")
            }
        }
    }

    /// Whether the daemon says that it is in no cluster; one that does not answer in time is not taken for that.
    private func isOutsideClusters(_ other: MemberName, _ context: PlanContext) async throws -> Bool {
        do {
            return try await context.time.wait(
                for: "\(other) to answer", limit: context.limits.daemon, every: context.provider.traits.pollInterval
            ) {
                do {
                    return try await !context.client(in: other).server().environment.isClustered
                } catch let failure as Failure where failure.isNoAnswer {
                    return nil
                }
            }
        } catch let failure as Failure where failure.code == .timedOut {
            return false
        }
    }

    private func preseed(_ context: PlanContext) async throws -> String {
        let address = try await context.provider.address(of: name, in: context.store.state)
        let trust = try await context.client(in: name).server().trust
        return try await Preseed(context: context, member: name)
            .first(address: address, trust: trust, secret: context.endpoint(name).secret)
    }
}
