import FoundationEssentials

/// A cluster that has machines within reach, and of which this runtime directory has no state.
struct OrphanedCluster: Sendable {
    /// Who has its state.
    enum Keeper: Sendable, Equatable {
        /// It is lost: it was in this runtime directory, or in one that does not exist any more.
        case missing
        /// Another runtime directory of this machine, from which the cluster is in use.
        case other(path: String)
        /// A runtime directory of another machine, which cannot be looked into from here.
        case elsewhere(path: String)
        /// Unknown: version 0.1.0 made the machines, or they do not answer.
        case unknown
    }

    let name: ClusterName
    let identifier: String
    let provider: ProviderName
    /// Its machines, each with its host where that is not this machine.
    var members: [ClusterState.Member]
    /// What the hosts keep about it.
    var copies: [ClusterState]
    let keeper: Keeper

    /// Whether this program may take it over without being told so by its identifier.
    var isLost: Bool { [.missing, .unknown].contains(keeper) }
    /// Whether nothing proves whose machines they are.
    var isUnmarked: Bool { identifier == HostedCluster.unknown }

    /// Its machines, for a sentence: `DEV-00, DEV-01 (namespace provider, identifier 0123abcd)`.
    var summary: String {
        let names = members.map { $0.name.text + ($0.host.map { " on \($0)" } ?? "") }.joined(separator: ", ")
        let mark = isUnmarked ? "not marked" : "identifier \(identifier)"
        return "\(names.isEmpty ? "the network of \(name)" : names) (\(provider.rawValue) provider, \(mark))"
    }
}

/// Looks for clusters without a state, on this machine and on the registered hosts.
struct OrphanSearch: Sendable {
    let app: AppContext

    /// Those of that name, or all; what does not answer within a command's limit is left out.
    func orphans(named cluster: ClusterName? = nil) async throws -> [OrphanedCluster] {
        // A damaged list of hosts is an error of the commands that need it.
        let hosts = [try Host.local] + ((try? app.hosts.all()) ?? [])
        let answers = await withTaskGroup(of: [Found].self) { group in
            for host in hosts {
                for provider in ProviderName.allCases {
                    group.addTask { await found(provider, on: host, named: cluster) }
                }
            }
            return await group.reduce(into: []) { $0 += $1 }
        }
        try Task.checkCancellation()
        let grouped = Dictionary(grouping: answers) {
            "\($0.cluster.name) \($0.cluster.identifier) \($0.provider.rawValue)"
        }
        var orphans: [OrphanedCluster] = []
        for (_, parts) in grouped.sorted(by: { $0.key < $1.key }) {
            if let orphan = try await orphan(parts) { orphans.append(orphan) }
        }
        return orphans
    }

    private struct Found: Sendable {
        var host: HostName?
        var provider: ProviderName
        var cluster: HostedCluster
    }

    private func found(_ provider: ProviderName, on host: Host, named cluster: ClusterName?) async -> [Found] {
        // No sudo where there is nothing to look at: a refused sudo is logged and mailed to the administrator.
        let isEmpty = host.name.isLocal && ((try? app.files.kind(of: StateCopy.hostFolder)) ?? nil) == nil
        let traits = try? ProviderRegistry.standard.traits(of: provider)
        if isEmpty, traits?.makesVMs == false { return [] }
        let check = try? app.provider(provider, toLookAt: host).ownershipCheck
        let clusters = try? await check?.hostedClusters(named: cluster)
        return (clusters ?? []).map {
            Found(host: host.name.isLocal ? nil : host.name, provider: provider, cluster: $0)
        }
    }

    /// What was found of one cluster, host by host; `nil` where its state is here.
    private func orphan(_ parts: [Found]) async throws -> OrphanedCluster? {
        guard let first = parts.first else { return nil }
        let (name, identifier) = (first.cluster.name, first.cluster.identifier)
        if let own = try? StateStore.read(app.folder(name), app.files), own.identifier == identifier { return nil }
        let members = parts.flatMap { part in
            part.cluster.members.map { ClusterState.Member(name: $0, host: part.host) }
        }.sorted { $0.name < $1.name }
        // By the members that are there: the copies of all hosts name the same ones.
        let copies = parts.compactMap(\.cluster.state)
        let places = members.compactMap { member in
            copies.compactMap { $0.member(member.name) }.first.map { ($0.host ?? .local, member.host ?? .local) }
        }
        let names = Dictionary(places) { first, _ in first }
        return OrphanedCluster(
            name: name, identifier: identifier, provider: first.provider, members: members,
            copies: parts.compactMap { $0.cluster.state.map { renamed($0, names) } },
            keeper: await keeper(of: first.cluster.name, identifier, parts.compactMap(\.cluster.origin)))
    }

    /// The copy with the names that hosts have here: a lost list of hosts may have been recreated with others.
    private func renamed(_ copy: ClusterState, _ names: [HostName: HostName]) -> ClusterState {
        guard let spread = copy.spread else { return copy }
        var renamed = copy
        for index in renamed.members.indices {
            let host = copy.members[index].host ?? .local
            if let name = names[host] { renamed.members[index].host = name.isLocal ? nil : name }
        }
        renamed.spread = spread.map { entry in
            var entry = entry
            entry.host = names[entry.host] ?? entry.host
            return entry
        }
        return renamed
    }

    /// The last known place decides: a state that was moved is where its cluster has grown since.
    private func keeper(
        of name: ClusterName, _ identifier: String, _ origins: [StateCopy.Origin]
    ) async -> OrphanedCluster.Keeper {
        var keeper = OrphanedCluster.Keeper.unknown
        for origin in origins {
            switch await self.keeper(at: origin, of: name, identifier) {
            case .other(let path): return .other(path: path)
            case let other: keeper = other
            }
        }
        return keeper
    }

    private func keeper(
        at origin: StateCopy.Origin, of name: ClusterName, _ identifier: String
    ) async -> OrphanedCluster.Keeper {
        guard origin.machine == app.machine else { return .elsewhere(path: origin.path) }
        // This directory's own state was looked at before.
        if origin == app.origin(of: name) { return .missing }
        struct Content: Decodable { var identifier: String }
        do {
            // It may be another user's, whose folders are closed to us.
            guard let text = try await RootFiles(SudoRunner(app.runner)).read(origin.path) else { return .missing }
            let content = try? JSONDecoder().decode(Content.self, from: Data(text.utf8))
            return content.map { $0.identifier == identifier } ?? true ? .other(path: origin.path) : .missing
        } catch { return .other(path: origin.path) }
    }
}
