import Synchronization

/// Lets a member join the cluster, with a token that is made just before and works once.
struct JoinMember: Step {
    let title = "join the cluster"
    let name: MemberName
    /// The member that lets it in.
    let first: MemberName
    /// The values that the user gives for members that join.
    var given: [MemberValue] = []

    var member: MemberName? { name }
    var lane: Lane? { .joins }
    var log: MachineLog.Topic? { .daemon }

    /// A daemon takes itself for clustered a moment before the cluster knows it.
    func isDone(_ context: PlanContext) async throws -> Bool {
        let server = try await context.client(in: name).server().environment
        guard server.isClustered else { return false }
        if try await context.unfinishedJoins.isKnown(name, to: context.client(in: first)) { return true }
        try await MemberRename.check(name, as: server, context.client(in: first), context)
        return false
    }

    /// The member's own row says so.
    func isUnfinished(_ context: PlanContext) async throws -> Bool { false }

    func run(_ context: PlanContext) async throws {
        let traces = JoinTraces(context: context, member: name, respondingMember: first)
        try await context.joinTurns.looking {
            for other in try await context.unfinishedJoins.others(than: name, context) {
                try await waitForJoin(of: other, context)
            }
            try await checkVersion(context)
            try await traces.clearEarlier()
            await context.unfinishedJoins.begins(name)
        }
        do { try await join(context, traces) } catch {
            await context.unfinishedJoins.isGivenUp(name)
            throw error
        }
        await context.unfinishedJoins.ends(name)
    }

    /// All members need one version: the database of the cluster has its form, and LXD waits for the last member to have it
    /// too (facts: "Versions").
    func checkVersion(_ context: PlanContext) async throws {
        let others = try await context.terms.of(context.client(in: first)).server.environment.version
        // In a review the machine that is still to be made has the same.
        let own = try await context.client(in: name).server(assuming: others).environment.version
        guard let one = EngineVersion(own), let other = EngineVersion(others),
            (one.major, one.minor) != (other.major, other.minor)
        else { return }
        let title = context.engine.title
        throw Failure(
            .conflict, "\(name) has \(title) \(own), and \(first) has \(others): members need the same version",
            hint: "give \(name) \(title) \(other.major).\(other.minor), or the others \(one.major).\(one.minor), "
                + "then bcmcluster up -c \(name.cluster)")
    }

    private func join(_ context: PlanContext, _ traces: JoinTraces) async throws {
        try traces.noteBegin()
        // The networks and pools before the first try; none where it has not come to that.
        let before = Mutex<[ClusterObject]?>(nil)
        do {
            try await Initialization(
                context: context, member: name, touches: [.machine(name.text), .membership],
                preseed: {
                    try await traces.removeAbandonedJoins()
                    let objects = try await ObjectCheck(context: context, respondingMember: first).created()
                    before.withLock { $0 = $0 ?? objects }
                    try await context.connectJoining(name, asking: first)
                    return try await preseed(context, JoinValues(objects))
                },
                respondingMember: first, clear: { try await traces.clear() }
            ).run()
        } catch let failure as Failure {
            guard failure.code != .interrupted, let objects = before.withLock({ $0 }) else { throw failure }
            throw await traces.explained(failure, since: objects)
        }
        try traces.noteEnd()
    }

    /// Waits until another member's join has ended that a former try began; one that hangs loses its machine.
    private func waitForJoin(of other: MemberName, _ context: PlanContext) async throws {
        do {
            _ = try await context.time.wait(
                for: "\(other), which is still joining", limit: context.limits.initialize,
                every: context.provider.traits.pollInterval
            ) { try await isJoining(other, context) ? nil : true }
        } catch let failure as Failure where failure.code == .timedOut {
            try await RecreationCheck(context: context, name: other, respondingMember: first).check()
            try await JoinTraces(context: context, member: other, respondingMember: first).clear()
            try await context.provider.remove(other, of: context.store.state)
        }
        await context.unfinishedJoins.ends(other)
    }

    /// A daemon that does not answer joins nothing, nor does one whose machine is off; but one answer that fails is none.
    private func isJoining(_ other: MemberName, _ context: PlanContext) async throws -> Bool {
        for _ in 0..<3 {
            do { return try await context.client(in: other).isJoining(other.text) } catch let failure as Failure
                where [.commandFailed, .conflict].contains(failure.code)
            {
                try await context.time.sleep(context.provider.traits.pollInterval)
            }
        }
        return false
    }

    private func preseed(_ context: PlanContext, _ known: JoinValues) async throws -> String {
        let values = try await context.joinValues(of: name, given, known)
        try known.check([(name, values)], command: "bcmcluster up -c \(name.cluster)")
        let address = try await context.provider.address(of: name, in: context.store.state)
        let cluster = context.client(in: first)
        let terms = try await context.terms.of(cluster)
        return try await Preseed(context: context, member: name).joining(
            address: address, credential: credential(context, cluster, terms.server),
            keys: known.keys(terms.keys, with: values, loopFileSize: Preseed.loopFileSize))
    }

    /// A cluster that has just come back counts no member as online before its first heartbeat, and gives no token.
    private func token(_ context: PlanContext, _ cluster: LXC) async throws -> String {
        try await context.time.wait(
            for: "a member that is online", limit: context.limits.online, every: context.provider.traits.pollInterval
        ) {
            do { return try await cluster.joinToken(for: name.text) } catch let failure as Failure
                where failure.engineError == .noOnlineMembers
            {
                return nil
            }
        }
    }

    private func credential(
        _ context: PlanContext, _ cluster: LXC, _ server: ServerInfo
    ) async throws -> JoinCredential {
        switch server.trust {
        case .tokens:
            let token = try await token(context, cluster)
            context.redactor.conceal(token, as: "<join token for \(name)>")
            return .token(token)
        case .password:
            let preseed = Preseed(context: context, member: name)
            return .password(
                address:
                    "\(try await context.provider.address(of: first, in: context.store.state)):\(context.engine.port)",
                certificate: server.environment.certificate,
                password: try await preseed.password(context.endpoint(first).secret))
        }
    }
}
