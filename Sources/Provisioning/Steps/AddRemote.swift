#if canImport(FoundationEssentials)
    import FoundationEssentials
#else
    import Foundation
#endif

/// Gives the user's `lxc` a remote for the cluster, and makes it the default.
///
/// No token and no password: the client's package certificate goes to the cluster through the provider's own channel, and
/// the certificate that the client pins is compared with the one which came that way.
struct AddRemote: Step {
    var title: String { "add the \(Engine.current.client) remote" }
    let name: MemberName

    var member: MemberName? { name }

    func isDone(_ context: PlanContext) async throws -> Bool {
        guard let remote = await context.store.state.remote, remote.wasMadeDefault else { return false }
        do {
            guard try await context.remotes.all()[name.text] != nil, try isPinned(context) else { return false }
        } catch let failure as Failure where failure.code == .missing {
            return false
        }
        return try await isTrusted(context)
    }

    /// What becomes of a remote that was added is seen by itself; without a client, or a way to the cluster, there is none.
    func isUnfinished(_ context: PlanContext) async throws -> Bool {
        if await context.store.state.remote?.wasMadeDefault ?? false { return false }
        guard SystemCalls.pathOfProgram(context.engine.client) != nil else { return false }
        return try await placeOutOfReach(context) == nil
    }

    func run(_ context: PlanContext) async throws {
        try await context.withClientLock { try await addRemote(context) }
    }

    private func addRemote(_ context: PlanContext) async throws {
        // Another member may have had the first one's place when the remote was added.
        try await MoveRemote(name: name).moveRemote(context)
        let remotes = context.remotes
        let present: [String: LXCRemotes.Remote]
        do {
            present = try await remotes.all()
        } catch let failure as Failure where failure.code == .missing {
            context.remarks.add(
                "\(context.engine.client): command not found, so it has no remote \(name) yet: "
                    + "\(context.engine.clientInstallation.linux), then run the same command again")
            return
        }
        if present[name.text] == nil, let place = try await placeOutOfReach(context) {
            return reportUnreachablePort(place, context)
        }
        var isThere = present[name.text] != nil
        if isThere {
            guard try await isOurs(context) else { throw Self.taken(name) }
            if try !isPinned(context) {
                try await removeStale(remotes, present, context)
                isThere = false
            }
        } else {
            try await context.store.update { $0.remote = ClusterState.Remote(name: name.text) }
        }
        try await trustClient(context)
        if !isThere {
            try await noteCertificate(context)
            try await add(remotes, present, context)
        }
        try await makeDefault(remotes, present, context)
    }

    /// Makes the remote the default, once: from then on it is the user's to choose another.
    private func makeDefault(
        _ remotes: LXCRemotes, _ present: [String: LXCRemotes.Remote], _ context: PlanContext
    ) async throws {
        if await context.store.state.remote?.wasMadeDefault == true { return }
        let previous = try await remotes.defaultRemote(among: present.merging([name.text: .init()]) { one, _ in one })
        if previous != name.text {
            let former = [previous] + formerDefaults(ofCluster: previous, context)
            try await context.store.update { $0.remote?.formerDefaults = former }
        }
        try await remotes.makeDefault(name.text)
        try await context.store.update { $0.remote?.wasMadeDefault = true }
    }

    /// What was the default before another of the user's clusters, which may be gone when this one goes.
    private func formerDefaults(ofCluster remote: String, _ context: PlanContext) -> [String] {
        guard let other = try? MemberName(coded: remote).cluster else { return [] }
        let folder = ClusterFolder(runtime: context.folder.runtime, cluster: other)
        let state = try? StateStore.read(folder, context.files)
        return state?.remote.map { $0.name == remote ? $0.formerDefaults : [] } ?? []
    }

    // MARK: The cluster trusts the client

    private func isTrusted(_ context: PlanContext) async throws -> Bool {
        guard let own = try ClientCertificate.read(context) else { return false }
        do {
            return try await context.client(in: name).trustedClients().contains(where: own.isCertificate)
        } catch let failure as Failure where failure.isNoAnswer {
            // As in the review of a repair, before which there is no leader.
            return false
        }
    }

    private func trustClient(_ context: PlanContext) async throws {
        let server = context.client(in: name)
        let own = try await ClientCertificate.made(context)
        if try await !isTrusted(context) {
            let isNamed = try await server.server().trust == .tokens
            try await server.trust(own.text, as: own.name(context.sources.environment), isNamed: isNamed)
        }
        guard let client = try await server.trustedClients().first(where: own.isCertificate) else { return }
        try await context.store.update { state in
            state.clients = Set((state.clients ?? []) + [client.fingerprint]).sorted()
        }
    }

    // MARK: The client trusts the cluster

    private func add(
        _ remotes: LXCRemotes, _ present: [String: LXCRemotes.Remote], _ context: PlanContext
    ) async throws {
        // What is left of a remote of that name would be trusted without being looked at.
        let pinned = context.clientConfiguration.pinned(name.text)
        if try context.files.kind(of: pinned) != nil { try context.files.remove(pinned) }
        do {
            try await remotes.add(name.text, address: context.url(of: name))
        } catch {
            let isStrange = try pins(context) == false
            try context.files.remove(pinned)
            throw isStrange ? inTheMiddle(context) : error
        }
        // A daemon whose bootstrap continues after a kill is clustered before it has the cluster's certificate.
        if try await StepScope.outcome(assuming: true, { try pins(context) }) != true {
            try await FetchCertificate(name: name).run(context)
            try await noteCertificate(context)
        }
        guard try await StepScope.outcome(assuming: true, { try isPinned(context) }) else {
            try await removeStale(remotes, present.merging([name.text: .init()]) { one, _ in one }, context)
            throw inTheMiddle(context)
        }
    }

    /// Keeps the certificate by which the remote is known as ours.
    private func noteCertificate(_ context: PlanContext) async throws {
        let own = try context.files.read(context.folder.certificate(name, context.engine))
        try await context.store.update { $0.remote?.certificate = own }
    }

    /// Whether the client has pinned the cluster's certificate; `nil` where it has pinned none.
    private func pins(_ context: PlanContext) throws -> Bool? {
        try context.clientConfiguration.certificate(of: name.text, context.files) == nil ? nil : isPinned(context)
    }

    private func inTheMiddle(_ context: PlanContext) -> Failure {
        Failure(
            .conflict,
            "the server at the address of \(name) has another certificate than the cluster: the connection may be intercepted",
            hint: "compare it with \(context.folder.certificate(name, context.engine)); the remote was removed")
    }

    /// Removes a remote that trusts another certificate; where it is the default, its successor will be too.
    private func removeStale(
        _ remotes: LXCRemotes, _ present: [String: LXCRemotes.Remote], _ context: PlanContext
    ) async throws {
        if let remote = await context.store.state.remote,
            try await remotes.defaultRemote(among: present) == name.text
        {
            try await context.store.update { $0.remote?.wasMadeDefault = false }
            try await remotes.makeDefault(asBefore: remote)
        }
        try await remotes.remove(name.text)
    }

    /// The failure of a name that the user's own remote has.
    static func taken(_ name: MemberName) -> Failure {
        Failure(
            .conflict, "your \(Engine.current.client) already has a remote named \(name), which is not this cluster's",
            hint: "\(Engine.current.client) remote rename \(name) another-name, then run the same command again")
    }

    /// Whether the remote that is there is one that this cluster added.
    private func isOurs(_ context: PlanContext) async throws -> Bool {
        guard let remote = await context.store.state.remote, remote.name == name.text else { return false }
        return try remote.isOurs(as: name.text, context)
    }

    private func isPinned(_ context: PlanContext) throws -> Bool {
        try RemoteTrust(context: context, name: name).isPinned()
    }
}
