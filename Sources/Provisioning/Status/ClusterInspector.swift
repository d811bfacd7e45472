/// A look at a cluster from all sides at once, in which every question has its own limit: a member that hangs costs one
/// row, and not the answer.
package struct ClusterInspector: Sendable {
    /// How much is asked, and how long it may take, where machines answer as fast as they do on this machine.
    package struct Depth: Sendable {
        /// The limit of each question to a member.
        var limit: Duration
        /// How long members have at least that answer last, once another one has answered.
        var common: Duration
        /// When the questions that build on others have to be answered.
        var end: Duration
        /// How long the members get to choose a new leader, when the one they had is gone.
        var timeout: Duration
        /// Whether instances, storage and the remote are asked for too.
        var isFull: Bool
        /// How long it took to open the slowest of the connections to other hosts.
        var opening: Duration = .zero
        /// How long a daemon that gives no answer is watched before it counts as one that hangs; `nil`: never.
        var proof: Duration?

        /// All that can be known within two seconds.
        package static let full = Depth(
            limit: .milliseconds(1200), common: .milliseconds(1200), end: .milliseconds(1600), timeout: .zero,
            isFull: true)
        /// Who has which role, for a run that is about to begin.
        package static let roles = Depth(
            limit: .seconds(5), common: .seconds(5), end: .seconds(8), timeout: .zero, isFull: false)
        /// All that can be known within some seconds, over hosts for one.
        package static let thorough = Depth(
            limit: .seconds(3), common: .seconds(3), end: .seconds(6), timeout: .zero, isFull: true)
        /// All that can be known, and proven, for a run that is about to repair it.
        package static let proven = Depth(
            limit: .seconds(3), common: .seconds(3), end: .seconds(6), timeout: .zero, isFull: true,
            proof: .seconds(30))
        /// How the members are, within two seconds.
        package static let brief = Depth(
            limit: .milliseconds(1200), common: .milliseconds(1200), end: .milliseconds(1600), timeout: .seconds(1),
            isFull: false)
        /// The same within some seconds, over hosts for one.
        package static let patient = Depth(
            limit: .seconds(3), common: .seconds(3), end: .seconds(4), timeout: .seconds(1), isFull: false)

        /// How long a look over hosts takes at most, with the opening of connections.
        static let longest: Duration = .seconds(15)

        /// The same over a way on which opening a connection took that long: a question costs a part of it, which is
        /// allowed several times over.
        package func over(_ opening: Duration) -> Depth {
            var depth = self
            depth.opening = opening
            depth.limit = max(limit, min(.seconds(8), opening * 2))
            depth.common = max(common, depth.limit)
            depth.end = max(end, min(Self.longest - opening, end + opening * 2))
            return depth
        }

        /// How long any command may take.
        package var commandLimit: Duration { limit + .seconds(1) }

        /// The same where a question may take that long by itself; what is quick all the same is not waited for longer.
        func allowing(_ answer: Duration) -> Depth {
            var depth = self
            depth.limit = max(limit, answer)
            depth.end = end + (depth.limit - limit)
            return depth
        }
    }

    /// An answer that takes longer is slow.
    private static let quick: Duration = .milliseconds(1200)

    /// How many members are asked who is in the cluster, before all others are.
    private static let respondingMembers = 3

    /// How many members that share a machine with this program are asked at a time: more would only make each other slow.
    private static let mostAtOnce = 16

    /// How long members get at most where the machine is busy, and how many times as long as the slowest answer took.
    static let longestPatience: Duration = .seconds(5)
    private static let patience = 4

    /// How many members of a host are asked what its file system holds, where they share it: one of them may hang.
    private static let askedForStorage = 2

    private let context: PlanContext
    private let depth: Depth
    private let start: Duration

    /// A look at the cluster of that context.
    package init(_ context: PlanContext, _ depth: Depth) {
        self.context = context
        self.depth = depth.allowing(context.provider.traits.answerTimeout)
        start = context.time.elapsed
    }

    /// Looks, and draws the conclusions.
    package func status() async throws -> ClusterStatus { ClusterStatus(try await observation()) }

    package func observation() async throws -> ClusterObservation {
        let state = await context.store.state
        if state.isDeleting == true { return ClusterObservation(state: state, members: [], view: nil) }
        async let access =
            depth.isFull ? inTime { await accessOfTheClient(state) } ?? (.unknown, .unknown) : (.unknown, .unknown)
        async let network = depth.isFull ? inTime { await networkFaults(state) } ?? [] : []
        async let linking = depth.isFull ? inTime { await linkFaults(state) } ?? [] : []
        let machines = try await context.provider.machines(of: state)
        let names = state.members.map(\.name)
        let running = names.filter { machines[$0]?.state == .running }
        async let began = depth.isFull ? context.provider.uptimes?.began(running, of: state) ?? [:] : [:]
        async let asking = answers(of: running, storageOf: askedForStorage(running, state))
        async let seeing = look(at: running, state)
        let first = await asking
        let patience = patience(with: first)
        let answers = await askAgain(first, patience)
        let blank = running.filter { answers[$0]?.isBlank ?? false }
        let isAnyLost = !blank.isEmpty || names.contains { [nil, .deleted].contains(machines[$0]?.state) }
        let responding = running.filter { !blank.contains($0) && answers[$0]?.daemon != .late }
        async let voting = isAnyLost ? voters(of: responding) : nil
        var looked = try await seeing
        if let longer = depth.proof ?? patience, looked.view == nil, !looked.hasNoLeader,
            !Self.isQuorumLost(answers, of: names)
        {
            looked = await lastLook(at: responding, limit: longer)
        }
        let seen = looked.view
        async let counting = self.instances(seen, patience)
        async let trusting = foreignClients(seen, state, patience)
        let since = (try? await began) ?? [:]
        let instances = await counting
        async let unwell = unhealthy(instances ?? [], responding.map(\.text), state, patience)
        let addresses = await self.addresses(
            of: responding.filter { machines[$0]?.address == nil }, where: answers, seen?.members ?? [], state)
        var members = names.map { name in
            var member = MemberStatus(
                name: name.text, isInState: true, machine: machines[name]?.state,
                daemon: answers[name]?.daemon ?? .notQueried)
            member.address = machines[name]?.address ?? addresses[name]
            member.isClustered = answers[name]?.isClustered ?? false
            member.waited = answers[name]?.waited ?? .zero
            let traits = context.provider.traits
            if answers[name]?.isMachineHung ?? false { member.machineHint = traits.hungHint(name) }
            if machines[name]?.state == .deleted { member.machineHint = traits.deletedHint?(name) }
            member.host = state.spread.map { _ in state.host(of: name) }
            member.entry = Self.entry(of: member, name, named: answers[name]?.name, in: seen?.members ?? [], names)
            member.version = answers[name]?.version
            member.addressMismatch = answers[name]?.addressMismatch
            member.storage = answers[name]?.storage ?? sharedStorage(of: name, state, answers)
            member.instances = instances.map { all in all.count { $0.location == member.entry?.name ?? name.text } }
            member.since = since[name]
            return member
        }
        let entered = Set(members.compactMap(\.entry?.name))
        members += (seen?.members ?? []).filter { !entered.contains($0.name) }.map { entry in
            var stranger = MemberStatus(name: entry.name, isInState: false, machine: nil, daemon: .notQueried)
            stranger.entry = entry
            stranger.address = entry.address
            stranger.instances = instances.map { all in all.count { $0.location == entry.name } }
            return stranger
        }
        var observation = ClusterObservation(state: state, members: members, view: seen?.members)
        observation.voters = await voting
        observation.hasNoLeader = looked.hasNoLeader
        observation.waited = depth.limit
        (observation.remote, observation.clientAccess) = await access
        observation.networkFaults = await network + linking
        let slowest = answers.values.filter { $0.daemon == .answers }.map(\.took).max() ?? .zero
        if state.spread != nil, depth.opening > Self.quick || slowest > Self.quick { observation.slowness = slowest }
        observation.foreignClients = await trusting
        observation.isBootstrapped = (try? context.folder.certificates(of: state, context.files).isEmpty) != true
        observation.unhealthy = await unwell
        observation.interrupted = (instances ?? []).filter(\.isInterrupted).map(\.name).sorted()
        // What was not asked to its end says nothing.
        try Task.checkCancellation()
        return observation
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
        var addressMismatch: ServerInfo.AddressMismatch?

        /// How long it was waited for in vain.
        var waited: Duration = .zero
        /// How long it took.
        var took: Duration = .zero

        /// Whether the machine carried out no command meanwhile either.
        var isMachineHung = false

        /// None, for so long.
        static func late(_ waited: Duration) -> Answer { Answer(daemon: .late, waited: waited) }

        /// Whether it comes from a daemon that is in no cluster, and has no word on who has a vote.
        var isBlank: Bool { daemon == .answers && !isClustered }
    }

    /// Every one is asked: the cluster itself takes 20 seconds to notice that a member is gone.
    ///
    /// Once one has answered, the others get twice as long as it took, and no less than what is common: how fast a
    /// question can be answered is a property of the way to the machines, and one that hangs does not hold up the rest.
    private func answers(
        of members: [MemberName], storageOf: Set<MemberName> = []
    ) async -> [MemberName: Answer] {
        await withTaskGroup(of: (MemberName, Answer)?.self) { group in
            var waiting = members[...]
            let atOnce = context.provider.traits.sharesHost ? Self.mostAtOnce : members.count
            for member in waiting.prefix(atOnce) {
                group.addTask { (member, await ask(member, withStorage: storageOf.contains(member))) }
            }
            waiting = waiting.dropFirst(atOnce)
            var answers: [MemberName: Answer] = [:]
            var isTimed = depth.limit <= depth.common || depth.proof != nil
            let begin = context.time.elapsed
            while answers.count < members.count, let next = await group.next() {
                guard let (member, answer) = next else { break }
                answers[member] = answer
                if let other = waiting.popFirst() {
                    group.addTask { (other, await ask(other, withStorage: storageOf.contains(other))) }
                }
                if answer.daemon != .late, !isTimed {
                    isTimed = true
                    let took = context.time.elapsed - begin
                    let rest = max(depth.common, took * 2) - took
                    group.addTask {
                        try? await context.time.sleep(rest)
                        return nil
                    }
                }
            }
            group.cancelAll()
            let waited = context.time.elapsed - begin
            for member in members where answers[member] == nil { answers[member] = .late(waited) }
            return answers
        }
    }

    /// How long those that gave no answer get to give one, where others took long for theirs; `nil` where none did.
    ///
    /// Then the machine is busy, and none of them need hang.
    private func patience(with answers: [MemberName: Answer]) -> Duration? {
        guard depth.isFull, depth.proof == nil, context.provider.traits.sharesHost else { return nil }
        let slowest = answers.values.filter { $0.daemon == .answers }.map(\.took).max() ?? .zero
        let patience = min(Self.longestPatience, slowest * Self.patience)
        return patience > depth.limit ? patience : nil
    }

    /// Asks the members once more that gave no answer.
    private func askAgain(
        _ answers: [MemberName: Answer], _ patience: Duration?
    ) async -> [MemberName: Answer] {
        let late = answers.filter { $0.value.daemon == .late }.keys
        guard let patience, !late.isEmpty else { return answers }
        return await withTaskGroup(of: (MemberName, Answer?).self) { group in
            for member in late { group.addTask { (member, try? await answer(of: member, limit: patience)) } }
            return await group.reduce(into: answers) { answers, next in
                let waited = (answers[next.0]?.waited ?? .zero) + patience
                answers[next.0] = next.1 ?? .late(waited)
            }
        }
    }

    private func ask(_ member: MemberName, withStorage: Bool) async -> Answer {
        do {
            return try await answer(of: member, limit: depth.limit, withStorage: withStorage)
        } catch let failure as Failure where failure.engineError == .noDaemon {
            return Answer(daemon: .silent)
        } catch let failure as Failure where failure.code == .timedOut {
            return await proof(member)
        } catch let failure as Failure where failure.code == .unreachable {
            // The connection to its host was lost or came too late: the daemon itself has not answered no.
            return .late(depth.limit)
        } catch {
            return error is CancellationError ? .late(depth.limit) : Answer(daemon: .fails)
        }
    }

    private func answer(of member: MemberName, limit: Duration, withStorage: Bool = true) async throws -> Answer {
        let client = context.client(in: member, limit: limit)
        async let storage = depth.isFull && withStorage ? try? client.storageUse(of: "default") : nil
        let begin = context.time.elapsed
        let info = try await client.server()
        let (server, took) = (info.environment, context.time.elapsed - begin)
        return Answer(
            daemon: .answers, version: server.version, name: server.name, isClustered: server.isClustered,
            storage: await storage, addressMismatch: info.addressMismatch, took: took)
    }

    /// Whether the members on a host keep everything in one file system of the host's.
    private func sharesStorage(_ state: ClusterState) -> Bool {
        context.provider.traits.sharesHost && state.settings.storage == .dir
    }

    /// The members that are asked what their pools hold; where those of a host share a file system, a few of them.
    private func askedForStorage(_ running: [MemberName], _ state: ClusterState) -> Set<MemberName> {
        guard sharesStorage(state) else { return Set(running) }
        return Dictionary(grouping: running) { state.host(of: $0) }.values.reduce(into: []) {
            $0.formUnion($1.prefix(Self.askedForStorage))
        }
    }

    /// What another member of the host says of the file system that they share.
    private func sharedStorage(
        of member: MemberName, _ state: ClusterState, _ answers: [MemberName: Answer]
    ) -> StorageUse? {
        guard sharesStorage(state), answers[member]?.daemon == .answers else { return nil }
        let host = state.host(of: member)
        return answers.filter { state.host(of: $0.key) == host && $0.value.storage != nil }
            .min { $0.key < $1.key }?.value.storage
    }

    /// Whether a daemon that gave no answer hangs.
    ///
    /// Proof is that its machine carries out a command while the daemon, asked once more, says nothing for as long as the
    /// proof takes: a daemon is never restarted on the ground of one timeout.
    private func proof(_ member: MemberName) async -> Answer {
        guard let proof = depth.proof else { return .late(depth.limit) }
        async let again = try? answer(of: member, limit: proof)
        let machine = context.provider.runner(in: member)
        let result = try? await machine.run(Command("true", [], limit: proof))
        if let answer = await again { return answer }
        if result?.succeeded ?? false { return Answer(daemon: .hangs) }
        return Answer(daemon: .late, waited: depth.limit + proof, isMachineHung: true)
    }

    /// Whether so many daemons are certainly not there that the rest cannot be the majority.
    private static func isQuorumLost(_ answers: [MemberName: Answer], of names: [MemberName]) -> Bool {
        names.count { answers[$0].map { $0.daemon != .silent } ?? false } <= names.count / 2
    }

    /// The addresses of members that answered and are not seen online, for whom it matters where they are.
    ///
    /// Of one that its cluster sees online the address is known, and one that gives no answer is not asked again.
    private func addresses(
        of members: [MemberName], where answers: [MemberName: Answer], _ entries: [ClusterMember],
        _ state: ClusterState
    ) async -> [MemberName: IPv4] {
        let online = Dictionary(entries.filter(\.isOnline).map { ($0.name, $0.address) }) { first, _ in first }
        let seen = members.filter { answers[$0]?.daemon == .answers && online[$0.text] != nil }
        let unseen = members.filter { !seen.contains($0) }
        let asked = await context.provider.addresses(of: unseen, in: state)
        return seen.reduce(into: asked) { $0[$1] = online[$1.text] ?? nil }
    }

    // MARK: What the cluster says of its members

    private struct View: Sendable {
        var members: [ClusterMember]
        /// The client that said so, and says more.
        var client: LXC
    }

    /// What came of asking who is in the cluster.
    private struct Look: Sendable {
        var view: View?
        /// Whether a daemon answered that the database has no leader, which is more than no answer.
        var hasNoLeader = false
    }

    /// Who is in the cluster, asked of a few members at once, then of all others, and again while a leader is chosen.
    private func look(at running: [MemberName], _ state: ClusterState) async throws -> Look {
        let few = Array(running.prefix(Self.respondingMembers))
        let rest = Array(running.dropFirst(Self.respondingMembers))
        var hasNoLeader = false
        while true {
            for (isFirst, group) in [(true, few), (false, rest)] where !group.isEmpty {
                let remote = isFirst ? remoteClient(state, limit: left) : nil
                let look = await firstLook(
                    group.map { context.client(in: $0, limit: left) } + [remote].compactMap { $0 })
                if look.view != nil { return look }
                hasNoLeader = hasNoLeader || look.hasNoLeader
            }
            guard context.time.elapsed < start + depth.timeout, await !isSilent(running) else {
                return Look(hasNoLeader: hasNoLeader)
            }
            try await context.time.sleep(.milliseconds(500))
        }
    }

    /// The limit of a question that has to be answered by the end.
    private var left: Duration {
        max(.milliseconds(300), min(depth.limit, start + depth.end - context.time.elapsed))
    }

    /// What is looked for beside the members, unless it comes so late that the rest would wait for it.
    private func inTime<Answer: Sendable>(_ work: @escaping @Sendable () async -> Answer) async -> Answer? {
        let end = start + depth.end + (depth.proof ?? .zero)
        return try? await context.time.within(max(.zero, end - context.time.elapsed)) { await work() }
    }

    /// Asked with so much time that a daemon without a leader comes to say so: LXD tries for some ten seconds.
    private func lastLook(at members: [MemberName], limit: Duration) async -> Look {
        await firstLook(members.prefix(Self.respondingMembers).map { context.client(in: $0, limit: limit) })
    }

    /// The user's own client, where the way into the machines is slow and the remote is certainly this cluster's.
    private func remoteClient(_ state: ClusterState, limit: Duration) -> LXC? {
        guard context.provider.traits.answerTimeout > depth.common,
            let name = state.remote.flatMap({ MemberName($0.name, of: state.name) }),
            (try? RemoteTrust(context: context, name: name).isPinned()) ?? false
        else { return nil }
        return LXC(context.runner, engine: context.engine, limit: limit, remote: name.text)
    }

    /// The first client's answer that names members.
    private func firstLook(_ clients: [LXC]) async -> Look {
        await withTaskGroup(of: Look.self) { group in
            for client in clients {
                group.addTask {
                    do {
                        let seen = try await client.members()
                        return Look(view: seen.isEmpty ? nil : View(members: seen, client: client))
                    } catch {
                        return Look(
                            hasNoLeader: (error as? Failure)?.reports(EngineError.noLeader, .leaderChanged) ?? false)
                    }
                }
            }
            var result = Look()
            for await look in group {
                if look.view != nil {
                    group.cancelAll()
                    return look
                }
                result.hasNoLeader = result.hasNoLeader || look.hasNoLeader
            }
            return result
        }
    }

    /// Who has a vote, where that matters: machines are gone, and the majority of the votes perhaps with them.
    private func voters(of responding: [MemberName]) async -> [IPv4]? {
        for member in responding.prefix(Self.respondingMembers) {
            let daemon = LXD(context.provider.runner(in: member), engine: context.engine)
            if let voters = try? await daemon.voters(limit: depth.limit), !voters.isEmpty { return voters }
        }
        return nil
    }

    private func isSilent(_ members: [MemberName]) async -> Bool {
        await answers(of: members).values.allSatisfy { $0.daemon == .silent }
    }

    private func instances(_ view: View?, _ patience: Duration?) async -> [ClusterInstance]? {
        guard depth.isFull, let view else { return nil }
        return try? await view.client.limited(to: max(left, patience ?? .zero)).instances()
    }

    /// What those of the instances answer by now that are not healthy, as far as they answer in time; who repairs does not ask.
    private func unhealthy(
        _ instances: [ClusterInstance], _ responding: [String], _ state: ClusterState, _ patience: Duration?
    ) async -> [String: [(name: String, answer: String)]] {
        let asked = instances.filter { $0.isRunning && $0.healthCheck != nil && responding.contains($0.location) }
        guard depth.isFull, depth.proof == nil, !asked.isEmpty else { return [:] }
        let limit = max(left, patience ?? .zero)
        let round = HealthRound(context, of: state.name, limit: limit, within: limit)
        let answers = await round.answers(of: asked) { _ in true }
        return asked.reduce(into: [:]) { found, instance in
            guard let unit = instance.unit, case .unhealthy(let answer)? = answers[instance.name] else { return }
            found[unit, default: []].append((instance.name, answer))
        }
    }

    /// The trusted clients of which it is unknown why they are; none where the cluster does not answer in time.
    private func foreignClients(
        _ view: View?, _ state: ClusterState, _ patience: Duration?
    ) async -> [TrustedClient] {
        guard depth.isFull, let view else { return [] }
        let limit = max(left, patience ?? .zero)
        guard let trusted = try? await view.client.limited(to: limit).trustedClients() else { return [] }
        let own = (try? ClientCertificate.read(context)) ?? nil
        return trusted.filter { client in
            !(state.clients ?? []).contains(client.fingerprint) && !(own?.isCertificate(of: client) ?? false)
        }
    }

    /// What the hosts say of what the machines share there; nothing where that cannot be seen without further rights.
    private func networkFaults(_ state: ClusterState) async -> [NetworkFault] {
        (try? await context.provider.sharedNetwork?.networkFaults(of: state)) ?? []
    }

    /// What members say of their interfaces into networks of units.
    private func linkFaults(_ state: ClusterState) async -> [NetworkFault] {
        let unconnected = (try? await context.unconnectedMembers(asking: state.first)) ?? []
        return unconnected.isEmpty ? [] : [NetworkFault(.links(unconnected))]
    }

    // MARK: What the user's client knows

    /// The remote, and what comes of asking by it, where it is one that can be expected to work.
    private func accessOfTheClient(_ state: ClusterState) async -> (ClusterObservation.Remote, ClientAccess) {
        let remote = await remoteOfTheClient(state)
        guard let name = state.remote?.name, case .present(let address?, isTrusted: true) = remote else {
            return (remote, .unknown)
        }
        return (remote, await ClientAccess.look(at: address, of: name, limit: depth.limit, context))
    }

    private func remoteOfTheClient(_ state: ClusterState) async -> ClusterObservation.Remote {
        guard let name = state.remote.flatMap({ MemberName($0.name, of: state.name) }),
            let remotes = try? await context.remotes.all()
        else { return .unknown }
        guard let remote = remotes[name.text] else { return .missing }
        let isTrusted = (try? RemoteTrust(context: context, name: name).isPinned()) ?? true
        return .present(address: remote.address, isTrusted: isTrusted)
    }
}
