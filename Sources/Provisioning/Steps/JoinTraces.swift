/// What a join that did not end well leaves in the cluster, and what LXD deleted while it undid the join.
///
/// A join first adds a pending member, which the database alone shows: `cluster remove` does not find it, and the next join
/// under its name replaces it. Then it adds the server's address to the configuration of the cluster's database (raft), and
/// that stays. Later joins at the address hang, and LXD counts on a server that is not there (LXD 5.0.2).
struct JoinTraces {
    let context: PlanContext
    /// The member whose join it is.
    let member: MemberName
    /// The member that is asked.
    let respondingMember: MemberName

    /// How often it looks for who leads the database, which changes now and then.
    private static let looks = 3
    /// How long a member may take to answer before another is asked.
    private static let shortTimeout: Duration = .seconds(10)

    private var cluster: LXC { context.client(in: respondingMember) }

    // MARK: Clearing

    /// Whether the cluster knows neither the member nor its address.
    func areCleared() async throws -> Bool {
        let members = try await cluster.members()
        if members.contains(where: { $0.name == member.text }) { return false }
        // A pending member may be in the database's configuration before its leader has written that down.
        guard try await cluster.pendingMembers()[member.text] == nil else { return false }
        // Of a machine that is missing nobody may know the address.
        guard let own = try? await address() else { return true }
        return try await !addresses(besides: members).contains(own)
    }

    /// Lets the cluster forget the member and its address; while the machine is there, for it may have a vote.
    func clear() async throws {
        try await cluster.forget(member.text)
        try await forgetCertificate()
        guard let address = try? await address() else { return }
        try await removeFromDatabase(address)
        await context.unfinishedJoins.abandon(address)
    }

    /// Lets the cluster forget the certificate of a join that failed, where that keeps its name from every other.
    private func forgetCertificate() async throws {
        let version = EngineVersion(try await cluster.server().environment.version)
        // One that cannot be read may be any.
        guard version.map(context.engine.abilities(of:))?.hasUniqueCertificateNames ?? true else { return }
        try await cluster.removeServerCertificate(of: member.text)
    }

    /// Clears once more what machines have left that are gone now: their daemons may have been joining to the last.
    func removeAbandonedJoins() async throws {
        for address in await context.unfinishedJoins.takeAbandonedAddresses() { try await removeFromDatabase(address) }
    }

    /// Removes what earlier joins have left in the configuration of the cluster's database: the member's own address where
    /// it is not joining now, and once for each plan those that belong to nobody.
    func clearEarlier() async throws {
        let strays = try await context.unfinishedJoins.strays { try await findStrays() }
        guard !strays.isEmpty, let own = try await address(), strays.contains(own), await !isJoining() else { return }
        try await removeFromDatabase(own)
    }

    /// The addresses of servers that joined and are no members, as far as the cluster knows them; removes those of nobody.
    private func findStrays() async throws -> Set<IPv4> {
        // A cluster that this plan has made has seen no joins but its own.
        guard try await context.machine(respondingMember) != nil else { return [] }
        let members = try await cluster.members()
        let pending = try await cluster.pendingMembers()
        let strays: Set<IPv4>
        do { strays = try await addresses(besides: members) } catch let failure as Failure
            where failure.isNoAnswer || failure.code == .unreachable
        {
            // Who leads the database need not be reachable from here for a member to join.
            strays = []
        }
        if !strays.isEmpty { try await removeUnknownRaftNodes(strays, members, pending) }
        return strays.union(pending.values.compactMap(Self.host))
    }

    /// Removes the addresses that no machine of ours has, and where no join of others may be under way.
    private func removeUnknownRaftNodes(
        _ strays: Set<IPv4>, _ members: [ClusterMember], _ pending: [String: String]
    ) async throws {
        let state = await context.store.state
        var ours: Set<IPv4> = []
        for name in state.members.map(\.name) where !members.contains(where: { $0.name == name.text }) {
            if let address = IPv4(try await context.provider.address(of: name, in: state)) { ours.insert(address) }
        }
        let names = Set(state.members.map(\.name.text))
        let joining = pending.filter { !names.contains($0.key) }.values.compactMap(Self.host)
        for address in strays.subtracting(ours).sorted(by: { $0.bits < $1.bits }) {
            if joining.contains(address) {
                context.remarks.add(remark(address, members))
            } else {
                try await removeFromDatabase(address)
            }
        }
    }

    /// The addresses in the configuration of the cluster's database that no member has.
    private func addresses(besides members: [ClusterMember]) async throws -> Set<IPv4> {
        guard let leader = await leader(of: members) else { return [] }
        let found = try await context.client(in: leader).raftAddresses().compactMap(Self.host)
        return Set(found).subtracting(members.compactMap(\.address))
    }

    /// Removes an address from the configuration of the cluster's database, unless it is that of a member.
    private func removeFromDatabase(_ address: IPv4) async throws {
        for look in 1...Self.looks {
            let members = try await cluster.members()
            if members.contains(where: { $0.address == address }) { return }
            guard let leader = await leader(of: members) else {
                context.remarks.add(remark(address, members))
                return
            }
            do {
                return try await LXD(context.provider.runner(in: leader), engine: context.engine)
                    .removeRaftNode("\(address):\(context.engine.port)")
            } catch let failure as Failure where failure.engineError == .notLeader && look < Self.looks {
                try await context.time.sleep(context.provider.traits.pollInterval)
            }
        }
    }

    /// The member that leads the database, if it is one of ours.
    private func leader(of members: [ClusterMember]) async -> MemberName? {
        let state = await context.store.state
        let name = members.first { $0.isLeader }.flatMap { MemberName($0.name, of: state.name) }
        return name.flatMap { state.member($0) == nil ? nil : $0 }
    }

    /// What to do by hand about an address that may be left of a join.
    private func remark(_ address: IPv4, _ members: [ClusterMember]) -> String {
        let place = members.first { $0.isLeader }?.name ?? "the member that leads the database"
        let command = "\(context.engine.daemon) cluster remove-raft-node \(address)"
        return
            "\(address) may be in the configuration of the cluster's database, and no member has it: if nothing joins there, "
            + "run on \(place): \(command)"
    }

    private func address() async throws -> IPv4? {
        IPv4(try await context.provider.address(of: member, in: context.store.state))
    }

    /// A daemon that does not answer joins nothing.
    private func isJoining() async -> Bool { (try? await context.client(in: member).isJoining(member.text)) ?? false }

    /// The host of an address such as `10.64.0.10:8443`.
    private static func host(_ address: String) -> IPv4? {
        address.split(separator: ":").first.flatMap { IPv4(String($0)) }
    }

    // MARK: The note

    private var mark: String { context.folder.joinMark(member, context.engine) }

    /// Whether a join has begun and not ended.
    private var hasBegun: Bool { (try? context.files.read(mark)) ?? nil != nil }

    /// Notes that the member begins to join.
    func noteBegin() throws {
        try context.files.makeFolder(context.folder.files(member, context.engine), mode: ClusterFolder.folderMode)
        try context.files.write("", to: mark, mode: ClusterFolder.fileMode)
    }

    /// Notes that the member has joined.
    func noteEnd() throws { try context.files.remove(mark) }

    // MARK: After a failure

    /// Clears what a join has left that failed, and returns its failure with what LXD deleted while it undid the join.
    func explained(_ failure: Failure, since before: [ClusterObject]) async -> Failure {
        // A daemon that is still joining may succeed yet: the next run waits for it.
        if await isJoining() { return failure }
        do {
            if let address = try await address() { try await removeFromDatabase(address) }
            return try await naming(losses(since: before), in: failure)
        } catch {
            context.remarks.add(
                "what the join of \(member) has left in the cluster could not be inspected: \(Failure(error).message)")
            return failure
        }
    }

    private func naming(_ losses: [String], in failure: Failure) -> Failure {
        guard !losses.isEmpty else { return failure }
        var failure = failure
        failure.message = ([failure.message] + losses).joined(separator: "; ")
        failure.hint =
            failure.hint
            ?? "create again what is missing; \(context.engine.title) creates the folder of a storage pool when it restarts: "
            + "bcmcluster stop -c \(member.cluster), then start"
        return failure
    }

    /// What LXD deleted: networks and pools from the cluster, and of pools that are left the folders on some members.
    private func losses(since before: [ClusterObject]) async throws -> [String] {
        let now = try await ObjectCheck(context: context, respondingMember: respondingMember).objects()
        let gone = before.filter { object in !now.contains(where: object.isSame) }.map {
            "\(context.engine.title) deleted the \($0.kind.rawValue) \($0.name) from the cluster while it undid the join"
        }
        let members = try await cluster.members().filter(\.isOnline).map(\.name).sorted()
        var folders: [String] = []
        for pool in now where pool.kind == .storagePool && pool.isCreated {
            var places: [String] = []
            for place in members where try await cluster.lacksPool(pool.name, on: place) { places.append(place) }
            if !places.isEmpty {
                folders.append(
                    "the folder of the storage pool \(pool.name) is missing on \(places.joined(separator: ", "))")
            }
        }
        return gone + folders
    }

    // MARK: A machine that a join has left

    /// Waits for the member's daemon; one that never comes up since its join was interrupted loses its machine, which holds
    /// nothing, gets a new one, and joins if it is to.
    func awaitDaemon(thenJoins: Bool) async throws {
        if try await comesUp() { return }
        try await RecreationCheck(context: context, name: member, respondingMember: respondingMember).check()
        context.remarks.add(
            "the join of \(member) had been interrupted: its machine, which never was a member, was created again")
        try await clear()
        try await RecreateMachine(name: member).run(context)
        if thenJoins { try await JoinMember(name: member, first: respondingMember).run(context) }
    }

    /// Waits for the member's daemon, and returns whether it answers; it never does where its join was cut off.
    ///
    /// The cluster calls a member pending until the very moment at which it can hold anything. The daemon of one that is
    /// started again meanwhile ends with "No node registered with address" (LXD 5.0.2).
    private func comesUp() async throws -> Bool {
        let state = await context.store.state
        return try await withThrowingTaskGroup(of: Bool.self) { group in
            group.addTask {
                try await context.provider.settle(member, of: state, limit: context.limits.machine)
                return true
            }
            group.addTask {
                try await awaitCutOff()
                return false
            }
            defer { group.cancelAll() }
            return try await group.next() ?? true
        }
    }

    /// Waits until it is certain that the member's join was interrupted: its daemon says so, or is not there though it
    /// had the time to come up, and the cluster does not count on the member.
    ///
    /// A member that the cluster does not know may have been removed by the user: that its join has never ended is certain
    /// where the note of its beginning is there.
    private func awaitCutOff() async throws {
        let end =
            context.time.elapsed + max(Initialization.timeout, context.provider.traits.expectedSetupDuration)
        let own = try await address()
        while true {
            try await context.time.sleep(.seconds(1))
            let saysSo = await hasExitedUnknown()
            guard saysSo || context.time.elapsed > end else { continue }
            switch await standing() {
            case .pending(let address) where own != nil && address == own: return
            case .unknown where saysSo && hasBegun: return
            case .unknown where saysSo && context.time.elapsed > end:
                throw Failure(
                    .conflict,
                    "\(member) was removed from the cluster, and its \(context.engine.title) ends at each start",
                    hint:
                        "bcmcluster member remove -c \(member.cluster) \(member), then bcmcluster member add -c \(member.cluster)"
                )
            case .member where saysSo && context.time.elapsed > end:
                throw Failure(
                    .commandFailed,
                    "\(context.engine.title) on \(member) ends at each start, since the database does not know its address",
                    hint: "read \(context.provider.logHint(member, about: .daemon))")
            default: continue
            }
        }
    }

    /// Whether the last lines of the daemon's log say that the database does not know it.
    private func hasExitedUnknown() async -> Bool {
        guard let logging = context.provider.logging else { return false }
        let runner = LimitedRunner(logging.logRunner(for: member), most: Self.shortTimeout)
        for log in logging.logs(of: member) where log.topic == .daemon {
            let text = (try? await LogFile(runner, log.path).end(.lines(10))) ?? nil
            if text.flatMap({ DaemonExit($0) }) == .unknownToDatabase { return true }
        }
        return false
    }

    /// What the member is to its cluster.
    private enum Standing {
        case unknown, member
        case pending(IPv4?)
    }

    /// What the member is to its cluster, by any other member that answers; `nil` where none does.
    private func standing() async -> Standing? {
        for name in await context.store.state.members.map(\.name) where name != member {
            let client = context.client(in: name, limit: Self.shortTimeout)
            guard let pending = try? await client.pendingMembers(), let members = try? await client.members() else {
                continue
            }
            if let address = pending[member.text] { return .pending(Self.host(address)) }
            return members.contains { $0.name == member.text } ? .member : .unknown
        }
        return nil
    }
}
