/// Finds the machines of a cluster whose state is lost or damaged, and rebuilds the state from them.
struct LostState: Sendable {
    let app: AppContext
    let cluster: ClusterName
    /// The cluster's identifier, where the user has given it.
    var identifier: String?

    /// Whether nothing of the cluster can be read here: there is no state, or a damaged one.
    var isLost: Bool {
        get throws {
            do { return try StateStore.read(app.folder(cluster), app.files) == nil } catch let failure as Failure
                where failure.code == .damagedState
            {
                return true
            }
        }
    }

    /// How long each question to a host may take.
    private static let limit: Duration = .seconds(5)

    /// The clusters of that name that have machines within reach, and no state here.
    private func search() async throws -> OrphanSearch.Result {
        try await OrphanSearch(app: app.limited(to: Self.limit)).search(named: cluster)
    }

    // MARK: What is said

    /// The failure, with machines and hint added where the state is lost or damaged; any other failure unchanged.
    func explained(_ failure: Failure) async -> Failure {
        let isMissing = failure.code == .unknownCluster
        guard isMissing || failure.code == .damagedState, let result = try? await search() else { return failure }
        let found = result.orphans
        if isMissing { return missing(found) ?? failure }
        var explained = failure
        guard !found.isEmpty else {
            if let unanswered = unanswered(result) {
                explained.message += "; \(unanswered.message)"
                explained.hint = unanswered.hint
                return explained
            }
            explained.hint =
                "no machine within reach has its name, so it is safe to remove \(app.folder(cluster).path)"
            return explained
        }
        explained.message += "; machines with its name: \(Self.list(found))"
        explained.hint = hint(found)
        return explained
    }

    /// The failure of a name that is not known here and whose machines are there; `nil` where there are none.
    private func missing(_ found: [OrphanedCluster]) -> Failure? {
        if found.isEmpty { return nil }
        guard let other = found.first(where: \.isInUse), !found.contains(where: \.isLost) else {
            return Failure(
                .conflict,
                "the state of \(cluster) is not in \(app.runtime), and its machines are there: \(Self.list(found))",
                hint: hint(found))
        }
        return Failure(
            .conflict, "cluster \(cluster) is not in \(app.runtime): \(other.place)",
            hint: "set BCM_RUNTIME_DIR to that directory, or choose another cluster name")
    }

    /// The failure of a name that is not known here, in place of that of a provider which finds it taken.
    func replacing(_ failure: Failure) async throws -> Failure { missing(try await search().orphans) ?? failure }

    /// What `destroy` says of a name that is not known here; `nil` where there is nothing to destroy.
    func leftovers() async throws -> Failure? {
        let result = try await search()
        return result.orphans.allSatisfy(\.isInUse) ? unanswered(result) : missing(result.orphans)
    }

    /// The failure where not everything answered: what did not may have machines of the cluster.
    private func unanswered(_ result: OrphanSearch.Result) -> Failure? {
        if result.unanswered.isEmpty { return nil }
        return Failure(
            .partial,
            "whether \(cluster) has machines is not known everywhere: \(result.unanswered.joined(separator: "; "))",
            hint: "run the same command again once that is solved; bcmcluster host list shows the hosts")
    }

    private static func list(_ found: [OrphanedCluster]) -> String { found.map(\.summary).joined(separator: "; ") }

    private func hint(_ found: [OrphanedCluster]) -> String {
        let marked = found.filter { !$0.isUnmarked && !$0.isInUse }
        guard let one = marked.first else {
            let unmarked = found.filter(\.isUnmarked)
            return unmarked.isEmpty
                ? "set BCM_RUNTIME_DIR to the directory that has their state"
                : unmarked.map { Self.hint(unmarked: $0) }.joined(separator: "; ")
        }
        let isCertain = marked.count == 1 && one.isLost
        let flag = isCertain ? "" : " --identifier \(marked.count == 1 ? one.identifier : "ID")"
        let choice = marked.count == 1 ? "" : ", where ID is \(marked.map(\.identifier).joined(separator: " or "))"
        return "bcmcluster repair -c \(cluster)\(flag) rebuilds the state from them, "
            + "bcmcluster destroy --orphaned -c \(cluster)\(flag) deletes them\(choice)"
    }

    /// What helps with machines that nothing marks: those that are off may tell more, the others only their user knows.
    static func hint(unmarked orphan: OrphanedCluster) -> String {
        let commands = (try? ProviderRegistry.standard.traits(of: orphan.provider))?.ownCommands
        let running = orphan.members.map(\.name).filter { !orphan.silent.contains($0) }
        func line(_ command: String?, _ members: [MemberName]) -> String? {
            guard let command, !members.isEmpty else { return nil }
            return "\(command) \(members.map(\.text).joined(separator: " "))"
        }
        let start = line(commands?.start, orphan.silent).map {
            "\($0), so that they tell which cluster they are of, then run the same command again"
        }
        let delete = line(commands?.delete, running).map { "\($0), if they are not needed" }
        return [start, delete].compactMap { $0 }.joined(separator: "; ")
    }

    // MARK: What is taken over

    /// The cluster whose machines are taken over; throws `Failure.conflict` where that is not certain, and `nil` where none
    /// has the name.
    func orphan() async throws -> OrphanedCluster? {
        let result = try await search()
        let found = result.orphans
        if found.isEmpty {
            if let failure = unanswered(result) { throw failure }
            return nil
        }
        if let identifier {
            guard let named = found.first(where: { $0.identifier == identifier && !$0.isUnmarked }) else {
                throw Failure(
                    .badInput,
                    "--identifier: no machines of \(cluster) have \(Shell.quoted(identifier.clipped)): \(Self.list(found))"
                )
            }
            guard !named.isInUse else { throw inUse(named) }
            return named
        }
        if let used = found.first(where: \.isInUse), found.count == 1 { throw inUse(used) }
        let lost = found.filter { $0.isLost && !$0.isUnmarked }
        guard lost.count == 1, let one = lost.first, found.allSatisfy({ $0.isLost || $0.isInUse }) else {
            throw missing(found)
                ?? Failure(.conflict, "whose machines these are is not certain: \(Self.list(found))", hint: hint(found))
        }
        // A state without them would make strangers of members that are only off.
        if let unmarked = found.first(where: { !$0.silent.isEmpty }) {
            throw Failure(
                .conflict,
                "which cluster \(unmarked.silent.map(\.text).joined(separator: ", ")) is of is not known: off",
                hint: "\(Self.hint(unmarked: unmarked)); or leave them out: --identifier \(one.identifier)")
        }
        return one
    }

    /// The same once the lock is held: another run may have taken the machines over, or deleted them.
    func orphanUnderLock() async throws -> OrphanedCluster {
        guard try isLost, let orphan = try await orphan() else {
            throw Failure(.conflict, "the state of \(cluster) has just changed", hint: "run the same command again")
        }
        return orphan
    }

    private func inUse(_ orphan: OrphanedCluster) -> Failure {
        Failure(
            .conflict, "\(orphan.summary): \(orphan.place)",
            hint: "set BCM_RUNTIME_DIR to that directory; nothing was changed")
    }

    /// The state of the cluster by its machines, by what their hosts keep about it, and by the user's client.
    func rebuilt(from orphan: OrphanedCluster) async throws -> ClusterState {
        let live = Set(orphan.members.map(\.name))
        // Of several copies the one that knows most of the machines.
        let copy = orphan.copies.max { one, other in
            let known = [one, other].map { live.intersection($0.members.map(\.name)).count }
            return (known[0], one.members.count) < (known[1], other.members.count)
        }
        let storage = try ProviderRegistry.standard.traits(of: orphan.provider).defaultStorage
        let engine = if let copy { copy.engine } else { await self.engine(of: orphan) }
        var state =
            copy
            ?? ClusterState(
                name: cluster, identifier: orphan.identifier, created: app.time.secondsSince1970,
                settings: ClusterSettings(provider: orphan.provider, storage: storage), engine: engine)
        if !orphan.members.isEmpty {
            state.members = orphan.members.map { member in
                var known = copy?.member(member.name) ?? member
                known.host = member.host
                return known
            }
        }
        try await addHosts(&state)
        if !state.members.contains(where: { $0.name == state.first }) {
            state.successor = state.members.map(\.name).min()
        }
        let provider = try app.provider(for: state)
        if state.subnet == nil { state = try await provider.assign(state, newMembers: []) }
        let context = app.context(state, provider: provider)
        let running = await running(state, context)
        if copy == nil { state.settings.storage = await storageDriver(of: running, context) ?? storage }
        // The copy may be older than the bridge.
        if state.hasBridge == nil, await isBridgeThere(on: running, context) { state.hasBridge = true }
        return await withRemote(state, running, context)
    }

    /// The engine of a cluster without a copy of its state: as its hosts know it, or the one that is in a VM of it.
    private func engine(of orphan: OrphanedCluster) async -> Engine {
        if let engine = orphan.engine { return engine }
        for member in orphan.members where !orphan.silent.contains(member.name) {
            guard let host = try? app.host(member.host ?? .local),
                let provider = try? app.provider(orphan.provider, toLookAt: host), provider.traits.makesVMs
            else { continue }
            for engine in Engine.all {
                let package = try? await engine.installedPackage(provider.runner(in: member.name))
                if package != nil { return engine }
            }
        }
        return .standard
    }

    /// The hosts of a cluster without a copy of its state: their numbers are lost.
    private func addHosts(_ state: inout ClusterState) async throws {
        let hosts = Set(state.members.map { $0.host ?? .local })
        let isSpread = state.spread != nil || hosts != [.local]
        for name in hosts.sorted() where isSpread && !(state.spread ?? []).contains(where: { $0.host == name }) {
            let status = try await HostInspector(app.runner(on: app.host(name)), limit: .seconds(15)).observation()
            guard let address = status.address else {
                throw Failure(.conflict, "the address of the host \(name) is unknown")
            }
            var entry = ClusterState.HostAddress(host: name, address: address, number: 0)
            let taken = Set((state.spread ?? []).map(\.number))
            entry.number = (0...taken.count).first { !taken.contains($0) } ?? 0
            state.spread = (state.spread ?? []) + [entry]
        }
    }

    private func storageDriver(of running: [MemberName], _ context: PlanContext) async -> StorageDriver? {
        for member in running {
            let driver = try? await context.client(in: member, limit: .seconds(15)).storageDriver()
            if let driver { return StorageDriver(rawValue: driver) }
        }
        return nil
    }

    private func isBridgeThere(on running: [MemberName], _ context: PlanContext) async -> Bool {
        for member in running {
            let client = context.client(in: member, limit: .seconds(15))
            guard let server = try? await client.server(), server.environment.isClustered else { continue }
            if let network = try? await client.network(context.engine.bridge) { return network.status == "Created" }
        }
        return false
    }

    private func running(_ state: ClusterState, _ context: PlanContext) async -> [MemberName] {
        let machines = (try? await context.provider.machines(of: state)) ?? [:]
        return machines.filter { $0.value.state == .running }.keys.sorted()
    }

    /// The state with the user's remote, where it trusts the certificate that came through the provider.
    private func withRemote(
        _ state: ClusterState, _ running: [MemberName], _ context: PlanContext
    ) async -> ClusterState {
        guard let certificate = await certificate(of: state, running, context),
            let remotes = try? await context.remotes.all()
        else { return state }
        let names = (0...(state.members.map(\.name.index).max() ?? 0)).map { MemberName(cluster, $0) }
        let own = names.first { name in
            let pinned = (try? context.clientConfiguration.certificate(of: name.text, app.files)) ?? nil
            return remotes[name.text] != nil && pinned?.trimmed == certificate.trimmed
        }
        guard let own else { return state }
        var known = state
        known.remote = ClusterState.Remote(name: own.text)
        known.remote?.certificate = certificate
        // Which remote is the default has been the user's to choose since it was added.
        known.remote?.wasMadeDefault = true
        if known.member(own) != nil { known.successor = own.isNumberZero ? nil : own }
        return known
    }

    /// The cluster's certificate: from a daemon that answers, or from the files of a machine that is off.
    private func certificate(
        of state: ClusterState, _ running: [MemberName], _ context: PlanContext
    ) async -> String? {
        for member in running {
            let server = try? await context.client(in: member, limit: .seconds(15)).server()
            if let server, server.environment.isClustered { return server.environment.certificate }
        }
        guard let logging = context.provider.logging else { return nil }
        for member in state.members.map(\.name) {
            for folder in context.provider.dataFolders(of: member, state.engine) {
                let text = try? await RootFiles(logging.logRunner(for: member)).read("\(folder)/cluster.crt")
                if let text = text ?? nil { return text }
            }
        }
        return nil
    }
}

extension OrphanedCluster {
    /// Whether its state is where this program finds it.
    var isInUse: Bool { if case .other = keeper { true } else { false } }

    /// Where its state is.
    var place: String {
        switch keeper {
        case .other(let path): "its state is \(path)"
        case .elsewhere(let path): "its state is \(path), which is on another machine or on a disk that is not mounted"
        case .missing, .unknown: "its state is lost"
        }
    }
}

extension AppContext {
    /// The failure, with machines and hint added where the cluster's state is lost or damaged; any other unchanged.
    package func explained(_ failure: Failure, of cluster: ClusterName) async -> Failure {
        await LostState(app: self, cluster: cluster).explained(failure)
    }
}
