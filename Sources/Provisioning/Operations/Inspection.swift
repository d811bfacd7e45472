/// How a cluster is: `bcmcluster status`.
public struct InspectCluster: Operation {
    private let cluster: ClusterName

    package init(_ cluster: ClusterName) { self.cluster = cluster }

    /// The cluster of that name; throws `Failure` for a name that is not valid.
    public init(_ cluster: String) throws { self.init(try ClusterName(cluster)) }

    /// Looks at it, within two seconds; where it is spread over hosts within five, or fifteen where the way to them is slow.
    public func run(in app: AppContext) async throws -> ClusterStatus {
        let change = app.change(of: cluster)
        if let change, try StateStore.read(app.folder(cluster), app.files) == nil {
            throw Failure(.changing, change.sentence, hint: "bcmcluster status -c \(cluster) --watch")
        }
        let state = try app.existing(cluster)
        var observation = try await app.shortLook(at: state, near: .full, over: .thorough)
        // What was seen while a change began or ended is not how the cluster is either.
        observation.change = change ?? app.change(of: cluster)
        return ClusterStatus(observation)
    }
}

extension AppContext {
    /// How long any command may take, so that the whole answers within two seconds.
    private static let limit: Duration = .milliseconds(1500)

    /// The change that another process makes of the cluster, if one does.
    func change(of cluster: ClusterName) -> ClusterChange? { ClusterLock.change(of: folder(cluster), files, time) }

    /// Looks at that cluster within two seconds; where it is spread over hosts, within the longest of the other depth.
    func shortLook(
        at state: ClusterState, near: ClusterInspector.Depth, over far: ClusterInspector.Depth
    ) async throws -> ClusterObservation {
        // Other hosts are further away, and a connection to each is made first.
        guard state.spread == nil else {
            let depth = far.over(await openConnections(to: state))
            let context = try limited(to: depth.commandLimit).context(toLookAt: state)
            return try await ClusterInspector.observation(of: state, context, depth, depth.commandLimit)
        }
        // On a busy machine the answers may come late, and are waited for.
        let longest = try max(limit(for: state), near.isFull ? ClusterInspector.longestPatience : .zero)
        let context = try limited(to: longest).context(toLookAt: state)
        return try await ClusterInspector.observation(of: state, context, near, Self.limit)
    }

    /// Where commands in a machine are slow, a longer limit; what answers sooner is not waited for longer.
    private func limit(for state: ClusterState) throws -> Duration {
        try max(Self.limit, provider(for: state).traits.answerTimeout + .milliseconds(300))
    }

    /// How long a short look at that cluster takes at most.
    func timeToLook(at state: ClusterState) throws -> Duration {
        try (state.spread == nil ? limit(for: state) : ClusterInspector.Depth.longest) + .milliseconds(300)
    }
}

/// The clusters on this machine: `bcmcluster list`.
package struct ListClusters: Operation {
    package struct Entry: Sendable {
        package var name: String
        /// `nil` where it is not up yet, or its state cannot be read.
        package var provider: ProviderName?
        /// How many members it has, or `.env` files.
        package var members: Int
        package var health: ClusterHealth
        /// How it is, in a few words.
        package var message: String
    }

    package init() {}

    /// Looks at all of them at once, within two seconds; where one is spread over hosts within five, or fifteen where the way is slow.
    package func run(in app: AppContext) async throws -> [Entry] {
        async let orphans = OrphanedClusters().run(in: app)
        let names = try app.clusterNames()
        let entries = await withTaskGroup(of: (Int, Entry).self) { group in
            for (index, name) in names.enumerated() { group.addTask { (index, await entry(name, app)) } }
            var entries: [Int: Entry] = [:]
            for await (index, entry) in group { entries[index] = entry }
            return entries
        }
        try Task.checkCancellation()
        let lost = try await orphans
        // Of a cluster that has lost its state the .env files may be left.
        let known = entries.sorted { $0.key < $1.key }.map(\.value).filter { entry in
            !lost.contains { $0.name == entry.name }
        }
        return known + lost
    }

    /// Throws `Failure.damaged` where a cluster is spread over hosts, and the list of hosts cannot be read.
    package static func checkHosts(_ app: AppContext) throws {
        let isSpread = try app.clusterNames().contains { name in
            guard let cluster = try? ClusterName(name) else { return false }
            return ((try? StateStore.read(app.folder(cluster), app.files)) ?? nil)?.spread != nil
        }
        if isSpread { _ = try app.hosts.all() }
    }

    private func entry(_ name: String, _ app: AppContext) async -> Entry {
        do {
            let cluster = try ClusterName(name)
            let change = app.change(of: cluster)
            let folder = app.folder(cluster)
            guard let state = try StateStore.read(folder, app.files) else {
                let stubs = try app.files.names(in: folder.endpoints).count
                return Entry(
                    name: name, members: stubs, health: change == nil ? .notCreated : .changing,
                    message: change?.sentence ?? "not up yet: only .env files")
            }
            var entry = Entry(
                name: name, provider: state.settings.provider, members: state.members.count, health: .changing,
                message: "")
            if let change {
                entry.message = change.sentence
            } else {
                let limit = try app.timeToLook(at: state)
                let health = try? await app.time.within(limit) { await self.health(of: state, app) }
                (entry.health, entry.message) =
                    health ?? (.unreachable, "did not answer within \(limit.brief)")
            }
            return entry
        } catch {
            let failure = Failure(error)
            let way =
                failure.code == .damagedState
                ? "; bcmcluster repair -c \(name) rebuilds it from the machines, "
                    + "bcmcluster destroy --orphaned -c \(name) deletes them" : ""
            return Entry(name: name, members: 0, health: .damaged, message: failure.message + way)
        }
    }

    private func health(of state: ClusterState, _ app: AppContext) async -> (ClusterHealth, String) {
        do {
            var observation = try await app.shortLook(at: state, near: .brief, over: .patient)
            observation.change = app.change(of: state.name)
            let status = ClusterStatus(observation)
            return (status.health, status.brief)
        } catch {
            return (.unreachable, Failure(error).message)
        }
    }
}

/// Where a cluster's API is and what opens it: `bcmcluster api`, `bcmcluster env show`.
package struct LocateAPI: Operation {
    /// As far as it is known here.
    package struct Report: Sendable {
        /// A member and its API.
        package struct Member: Sendable {
            package var name: String
            package var url: String
        }

        /// The remote of the user's client; `nil` where there is none yet.
        package var remote: String?
        /// The members whose addresses are known.
        package var members: [Member]
        /// The name that the cluster's certificate is made out to.
        package var serverName: String
        /// The paths of files that are there.
        package var certificate: String?
        package var clientCertificate: String?
        package var clientKey: String?
    }

    private let cluster: ClusterName

    package init(of cluster: ClusterName) { self.cluster = cluster }

    package func run(in app: AppContext) async throws -> Report {
        let state = try app.existing(cluster)
        let engine = state.engine
        let client = ClientConfiguration(
            engine, program: SystemCalls.pathOfProgram(engine.client), environment: app.environment)
        let folder = app.folder(cluster)
        func present(_ path: String) throws -> String? { try app.files.kind(of: path) == nil ? nil : path }
        return Report(
            remote: state.remote?.name,
            members: try await members(state, app), serverName: state.first.text,
            certificate: try present(folder.certificate(state.first, engine)),
            clientCertificate: try present("\(client.folder)/client.crt"),
            clientKey: try present("\(client.folder)/client.key"))
    }

    private func members(_ state: ClusterState, _ app: AppContext) async throws -> [Report.Member] {
        if state.spread != nil { return try await Self.ways(into: state, app.provider(for: state)) }
        return try await addresses(state, app).sorted { $0.key < $1.key }.map {
            Report.Member(name: $0.key.text, url: "https://\($0.value):\(state.engine.port)")
        }
    }

    /// The members of a cluster over hosts that are reached from here: where a way leads to a host, it is its first member's.
    static func ways(into state: ClusterState, _ provider: any MachineProvider) async throws -> [Report.Member] {
        var ways: [Report.Member] = []
        for member in state.members.map(\.name).sorted() {
            do {
                let url = "https://\(try await provider.apiAddress(of: member, in: state))"
                if !ways.contains(where: { $0.url == url }) { ways.append(Report.Member(name: member.text, url: url)) }
            } catch is Failure { continue }
        }
        return ways
    }

    /// The state has the addresses where the provider decides them; else it is asked.
    private func addresses(_ state: ClusterState, _ app: AppContext) async throws -> [MemberName: IPv4] {
        let known = state.members.compactMap { member in member.address.map { (member.name, $0) } }
        if known.count == state.members.count { return Dictionary(known) { first, _ in first } }
        let provider = try await app.usableProvider(for: state)
        let running = try await provider.machines(of: state).filter { $0.value.state == .running }.keys
        return await provider.addresses(of: Array(running), in: state)
    }
}

/// What stands where a cluster's name could be typed: for shell completion.
///
/// It reads what is kept in the runtime directory alone, since a user waits.
package struct CompletionWords: Sendable {
    private let app: AppContext

    package init(_ app: AppContext) { self.app = app }

    package var clusters: [String] { ((try? app.clusterNames()) ?? []).filter { (try? ClusterName($0)) != nil } }

    package func members(of text: String) -> [String] {
        guard let name = try? ClusterName(text) else { return [] }
        let names = try? app.files.names(in: app.folder(name).endpoints)
        return (names ?? []).filter { MemberName($0, of: name) != nil }
    }

    package func snapshots(of text: String) -> [String] {
        guard let name = try? ClusterName(text) else { return [] }
        return ((try? SavedCluster.names(in: app.folder(name), app.files)) ?? []).map(\.text)
    }

    package func units(of text: String) -> [String] {
        guard let name = try? ClusterName(text) else { return [] }
        return KnownUnits(in: app.folder(name), app.files).names
    }

    package var hosts: [String] { ((try? app.hosts.all()) ?? []).map(\.name.text) }
}
