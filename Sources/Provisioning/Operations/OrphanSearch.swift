#if canImport(FoundationEssentials)
    import FoundationEssentials
#else
    import Foundation
#endif

/// A cluster that has machines within reach, and of which this runtime directory has no state.
struct OrphanedCluster: Sendable {
    /// Who has its state.
    enum Keeper: Sendable, Equatable {
        /// It is lost: it was in this runtime directory, or in one that does not exist any more.
        case missing
        /// Another runtime directory of this machine, from which the cluster is in use.
        case other(path: String)
        /// A runtime directory that cannot be looked into from here: another machine's, or one on a disk that is not mounted.
        case elsewhere(path: String)
        /// Unknown: version 0.1.0 made the machines, or they do not answer.
        case unknown

        /// Of what several machines say, what counts: a state that is there before one that may be, and that before none.
        static func decisive(_ all: [Keeper]) -> Keeper { all.max { $0.rank < $1.rank } ?? .unknown }

        private var rank: Int {
            switch self {
            case .unknown: 0
            case .missing: 1
            case .elsewhere: 2
            case .other: 3
            }
        }
    }

    let name: ClusterName
    let identifier: String
    let provider: ProviderName
    /// The engine of its machines; `nil` where they do not tell it.
    var engine: Engine?
    /// Its machines, each with its host where that is not this machine.
    var members: [ClusterState.Member]
    /// Those of them that are off, and so do not tell whose they are.
    var silent: [MemberName] = []
    /// What the hosts keep about it.
    var copies: [ClusterState]
    let keeper: Keeper
    /// The hosts that did not answer, each with the reason: what they have of it is not known.
    var unanswered: [String] = []

    /// What a run says about them.
    var remarks: [String] { unanswered.map { "what is there of \(name) is not known, and is left: \($0)" } }

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
    /// What came of it.
    struct Result: Sendable {
        var orphans: [OrphanedCluster] = []
        /// The hosts that did not answer all questions, each with the reason: they may have more.
        var unanswered: [String] = []
    }

    let app: AppContext
    /// How long each host may take; `nil`: as long as its commands.
    var limit: Duration?

    /// Those of that name, or all, of the hosts that answer.
    func search(named cluster: ClusterName? = nil) async throws -> Result {
        var result = Result()
        var hosts = [try Host.local]
        do { hosts += try app.hosts.all() } catch { result.unanswered.append(Failure(error).message) }
        var answers: [Found] = []
        await withTaskGroup(of: (Host, Swift.Result<[Found], any Error>).self) { group in
            for host in hosts {
                for provider in ProviderName.allCases {
                    group.addTask {
                        do { return (host, .success(try await bounded(provider, on: host, named: cluster))) } catch {
                            return (host, .failure(error))
                        }
                    }
                }
            }
            for await (host, answer) in group {
                switch answer {
                case .success(let found): answers += found
                case .failure(let error):
                    let message = Failure(error).message
                    let place = host.name.isLocal ? "this machine" : host.name.text
                    result.unanswered.append(message.contains(place) ? message : "\(place): \(message)")
                }
            }
        }
        try Task.checkCancellation()
        result.unanswered = Set(result.unanswered).sorted()
        let grouped = Dictionary(grouping: answers) {
            "\($0.cluster.name) \($0.cluster.identifier) \($0.provider.rawValue)"
        }
        for (_, parts) in grouped.sorted(by: { $0.key < $1.key }) {
            guard var orphan = try await orphan(parts) else { continue }
            orphan.unanswered = result.unanswered
            result.orphans.append(orphan)
        }
        return result
    }

    private struct Found: Sendable {
        var host: HostName?
        var provider: ProviderName
        var cluster: HostedCluster
    }

    private func bounded(
        _ provider: ProviderName, on host: Host, named cluster: ClusterName?
    ) async throws -> [Found] {
        guard let limit else { return try await found(provider, on: host, named: cluster) }
        return try await app.time.within(limit) { try await found(provider, on: host, named: cluster) }
    }

    private func found(_ provider: ProviderName, on host: Host, named cluster: ClusterName?) async throws -> [Found] {
        // No sudo where there is nothing to look at: a refused sudo is logged and mailed to the administrator.
        let isEmpty = host.name.isLocal && ((try? app.files.kind(of: StateCopy.hostFolder)) ?? nil) == nil
        let makesVMs = try ProviderRegistry.standard.traits(of: provider).makesVMs
        if isEmpty, !makesVMs { return [] }
        do {
            let clusters = try await app.provider(provider, toLookAt: host).ownershipCheck?.hostedClusters(
                named: cluster)
            return (clusters ?? []).map {
                Found(host: host.name.isLocal ? nil : host.name, provider: provider, cluster: $0)
            }
        } catch let failure as Failure where failure.code == .missing && makesVMs {
            // Where the program is not installed there are no VMs of it.
            return []
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
        var orphan = OrphanedCluster(
            name: name, identifier: identifier, provider: first.provider, members: members,
            copies: parts.compactMap { $0.cluster.state.map { renamed($0, names) } },
            keeper: await keeper(of: first.cluster.name, identifier, parts.compactMap(\.cluster.origin)))
        orphan.engine = parts.compactMap(\.cluster.engine).first
        orphan.silent = parts.flatMap(\.cluster.silent).sorted()
        return orphan
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

    private func keeper(
        of name: ClusterName, _ identifier: String, _ origins: [StateCopy.Origin]
    ) async -> OrphanedCluster.Keeper {
        var keepers: [OrphanedCluster.Keeper] = []
        for origin in origins { keepers.append(await keeper(at: origin, of: name, identifier)) }
        return .decisive(keepers)
    }

    private func keeper(
        at origin: StateCopy.Origin, of name: ClusterName, _ identifier: String
    ) async -> OrphanedCluster.Keeper {
        guard origin.machine == app.machine else { return .elsewhere(path: origin.path) }
        // Where not even the folder is that the runtime directory was in, its disk may only not be mounted.
        let runtime = origin.path.split(separator: "/").dropLast(3)
        let parent = "/" + runtime.dropLast().joined(separator: "/")
        do { if try app.files.kind(of: parent) == nil { return .elsewhere(path: origin.path) } } catch {
            return .other(path: origin.path)
        }
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
