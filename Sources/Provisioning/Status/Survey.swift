/// A look at a cluster from all sides at once, in which every question has its own limit: a member that hangs costs one
/// row, and not the answer.
public struct Survey: Sendable {
    /// How much is asked, and how long it may take.
    public struct Depth: Sendable {
        /// The limit of each question to a member.
        var limit: Duration
        /// When the questions that build on others have to be answered.
        var end: Duration
        /// How long the members get to choose a new leader, when the one they had is gone.
        var patience: Duration
        /// Whether instances, storage and the remote are asked for too.
        var isFull: Bool

        /// All that can be known within two seconds.
        public static let full = Depth(
            limit: .milliseconds(1200), end: .milliseconds(1600), patience: .zero, isFull: true)
        /// Who has which role, for a run that is about to begin.
        public static let roles = Depth(limit: .seconds(5), end: .seconds(8), patience: .zero, isFull: false)
        /// All that can be known, for a run that is about to mend it.
        public static let thorough = Depth(limit: .seconds(3), end: .seconds(6), patience: .zero, isFull: true)
        /// How the members are, for which it waits until they can say.
        public static let brief = Depth(limit: .seconds(5), end: .seconds(25), patience: .seconds(20), isFull: false)
    }

    /// How many members are asked who is in the cluster, before all others are.
    private static let witnesses = 3

    private let context: PlanContext
    private let depth: Depth
    private let start: Duration

    /// A look at the cluster of that context.
    public init(_ context: PlanContext, _ depth: Depth) {
        self.context = context
        self.depth = depth
        start = context.time.elapsed
    }

    /// Looks, and draws the conclusions.
    public func status() async throws -> ClusterStatus { ClusterStatus(try await sight()) }

    /// Looks.
    public func sight() async throws -> Sight {
        let record = await context.store.record
        if record.isGoing == true { return Sight(record: record, members: [], view: nil) }
        async let remote = depth.isFull ? remoteOfTheClient(record) : Sight.Remote.unknown
        let machines = try await context.provider.machines(of: record)
        let names = record.members.map(\.name)
        let running = names.filter { machines[$0]?.state == .running }
        async let began = depth.isFull ? context.provider.began(running, of: record) : [:]
        async let asking = answers(of: running)
        async let seeing = view(of: running)
        let answers = await asking
        let blank = running.filter { answers[$0]?.isBlank ?? false }
        let isAnyLost = !blank.isEmpty || names.contains { [nil, .deleted].contains(machines[$0]?.state) }
        async let voting = isAnyLost ? voters(of: running.filter { !blank.contains($0) }) : nil
        let seen = try await seeing
        async let counting = instances(seen)
        async let trusting = foreignClients(seen, record)
        let since = (try? await began) ?? [:]
        let counts = await counting
        var members = names.map { name in
            var member = MemberStatus(
                name: name.text, isRecorded: true, machine: machines[name]?.state,
                daemon: answers[name]?.daemon ?? .unasked)
            member.address = machines[name]?.address
            member.isClustered = answers[name]?.isClustered ?? false
            member.host = record.spread.map { _ in record.host(of: name) }
            member.entry = Self.entry(of: member, name, named: answers[name]?.name, in: seen?.members ?? [], names)
            member.version = answers[name]?.version
            member.storage = answers[name]?.storage
            member.instances = counts.map { $0[member.entry?.name ?? name.text] ?? 0 }
            member.since = since[name]
            return member
        }
        let entered = Set(members.compactMap(\.entry?.name))
        members += (seen?.members ?? []).filter { !entered.contains($0.name) }.map { entry in
            var stranger = MemberStatus(name: entry.name, isRecorded: false, machine: nil, daemon: .unasked)
            stranger.entry = entry
            stranger.address = entry.address
            stranger.instances = counts.map { $0[entry.name] ?? 0 }
            return stranger
        }
        var sight = Sight(record: record, members: members, view: seen?.members)
        sight.voters = await voting
        sight.remote = await remote
        sight.foreignClients = await trusting
        return sight
    }

    /// The member's entry in its cluster: under its own name, or under the one that `lxc cluster rename` has given it.
    private static func entry(
        of member: MemberStatus, _ name: MemberName, named other: String?, in entries: [ClusterMember],
        _ recorded: [MemberName]
    ) -> ClusterMember? {
        if let own = entries.first(where: { $0.name == name.text }) { return own }
        guard member.isClustered else { return nil }
        return MemberRename.entry(named: other, at: member.address, in: entries, besides: recorded)
    }

    // MARK: What each member says of itself

    private struct Answer: Sendable {
        var daemon: MemberStatus.Daemon
        var version: String?
        /// Its name in its cluster.
        var name: String?
        var isClustered = false
        var storage: StorageUse?

        /// Whether it comes from a daemon that is in no cluster, and has no word on who has a vote.
        var isBlank: Bool { daemon == .answers && !isClustered }
    }

    /// Every one is asked: the cluster itself takes 20 seconds to notice that a member is gone.
    private func answers(of members: [MemberName]) async -> [MemberName: Answer] {
        await withTaskGroup(of: (MemberName, Answer).self) { group in
            for member in members { group.addTask { (member, await ask(member)) } }
            return await group.reduce(into: [:]) { $0[$1.0] = $1.1 }
        }
    }

    private func ask(_ member: MemberName) async -> Answer {
        let client = context.client(in: member, limit: depth.limit)
        async let storage = depth.isFull ? try? client.storageUse(of: "default") : nil
        do {
            let server = try await client.server().environment
            return Answer(
                daemon: .answers, version: server.version, name: server.name, isClustered: server.isClustered,
                storage: await storage)
        } catch let failure as Failure where failure.saysThatNoDaemonIsThere {
            return Answer(daemon: .silent)
        } catch let failure as Failure where failure.code == .timedOut {
            return Answer(daemon: .hangs)
        } catch {
            return Answer(daemon: .fails)
        }
    }

    // MARK: What the cluster says of its members

    private struct View: Sendable {
        var members: [ClusterMember]
        var witness: MemberName
    }

    /// Who is in the cluster, asked of a few members at once, then of all others, and again while a leader is chosen.
    private func view(of running: [MemberName]) async throws -> View? {
        let few = Array(running.prefix(Self.witnesses))
        let rest = Array(running.dropFirst(Self.witnesses))
        while true {
            for group in [few, rest] where !group.isEmpty {
                if let view = await firstView(of: group) { return view }
            }
            guard context.time.elapsed < start + depth.patience, await !isSilent(running) else { return nil }
            try await context.time.sleep(.milliseconds(500))
        }
    }

    private func firstView(of members: [MemberName]) async -> View? {
        let left = start + depth.end - context.time.elapsed
        let limit = max(.milliseconds(300), min(depth.limit, left))
        return await withTaskGroup(of: View?.self) { group in
            for member in members {
                group.addTask {
                    guard let seen = try? await context.client(in: member, limit: limit).members(), !seen.isEmpty else {
                        return nil
                    }
                    return View(members: seen, witness: member)
                }
            }
            for await view in group {
                if let view {
                    group.cancelAll()
                    return view
                }
            }
            return nil
        }
    }

    /// Who has a vote, where that matters: machines are gone, and the majority of the votes perhaps with them.
    private func voters(of running: [MemberName]) async -> [IPv4]? {
        for member in running.prefix(Self.witnesses) {
            let daemon = LXD(context.provider.runner(in: member), engine: context.engine)
            if let voters = try? await daemon.voters(limit: depth.limit), !voters.isEmpty { return voters }
        }
        return nil
    }

    private func isSilent(_ members: [MemberName]) async -> Bool {
        await answers(of: members).values.allSatisfy { $0.daemon == .silent }
    }

    private func instances(_ view: View?) async -> [String: Int]? {
        guard depth.isFull, let view else { return nil }
        let left = start + depth.end - context.time.elapsed
        return try? await context.client(in: view.witness, limit: max(.milliseconds(200), left)).instanceCounts()
    }

    /// The trusted clients of which nobody knows why they are; none where the cluster does not answer in time.
    private func foreignClients(_ view: View?, _ record: ClusterRecord) async -> [TrustedClient] {
        guard depth.isFull, let view else { return [] }
        let left = start + depth.end - context.time.elapsed
        let client = context.client(in: view.witness, limit: max(.milliseconds(200), left))
        guard let trusted = try? await client.trustedClients() else { return [] }
        let own = (try? ClientCertificate.read(context)) ?? nil
        return trusted.filter { client in
            !(record.clients ?? []).contains(client.fingerprint) && !(own?.isCertificate(of: client) ?? false)
        }
    }

    // MARK: What the person's client knows

    private func remoteOfTheClient(_ record: ClusterRecord) async -> Sight.Remote {
        guard let name = record.remote.flatMap({ MemberName($0.name, of: record.name) }),
            let remotes = try? await context.remotes.all()
        else { return .unknown }
        guard let remote = remotes[name.text] else { return .missing }
        let isTrusted = (try? RemoteTrust(context: context, name: name).isPinned()) ?? true
        return .present(address: remote.address, isTrusted: isTrusted)
    }
}
