/// Whether an engine holds nothing that somebody would miss.
struct OccupancyCheck: Sendable {
    private static let limit: Duration = .seconds(20)
    /// How long a daemon may take that starts again, as it does when it has left its cluster.
    private static let startLimit: Duration = .seconds(30)

    let root: any CommandRunner
    let engine: Engine
    let place: String
    let package: EnginePackage
    let time: any TimeSource

    /// The daemon's own administrator.
    var client: LXC {
        LXC(HostEngine(root: root, package: package, engine: engine), engine: engine, limit: Self.limit)
    }

    /// Throws `Failure.conflict` for one that is in a cluster, holds anything, or cannot be asked.
    func check() async throws {
        guard let server = try await server() else {
            return try await checkNeverStarted(hint: "or use another host")
        }
        if server.environment.isClustered {
            throw Failure(
                .conflict,
                "\(engine.title) on \(place) is in a cluster already, as \(server.environment.name ?? "a member")",
                hint: "use another host, or remove that member from its cluster first")
        }
        let holdings = try await client.holdings()
        if holdings.isEmpty { return }
        throw full(
            holdings,
            hint:
                "use another host, or move or delete these there first: only an empty \(engine.title) is used"
        )
    }

    /// Throws `Failure.conflict` unless this engine can be emptied without a loss to anybody but the cluster.
    ///
    /// The owner's note says who took the host, not whose its engine is by now. So one
    /// - in a cluster must have one of the certificates that were fetched from the cluster, and the member's name, unless
    ///   the whole cluster is being destroyed;
    /// - in a cluster of which no certificate was ever fetched, since `up` did not get that far, must have the member's
    ///   name and hold nothing that users put there;
    /// - in no cluster must hold nothing that users put there;
    /// - that does not answer must have one of the certificates in its folder, from which the daemon deletes it when it leaves
    ///   its cluster (seen with 5.0.2), or must never have run.
    func checkBeforeRemoval(of member: MemberName, in state: ClusterState, _ certificates: Set<String>) async throws {
        let isDestroyed = state.isDeleting == true
        let kept = try await RootFiles(root).read("\(package.folder)/cluster.crt")
        let isOursOnDisk = kept.map { certificates.contains($0.trimmed) } ?? false
        // Once other members are gone, a daemon may have no quorum, and answer nothing.
        if isDestroyed && isOursOnDisk { return }
        guard let server = try await isOursOnDisk ? server() : serverOnceStarted() else {
            if !isOursOnDisk { try await checkNeverStarted(hint: leaveAlone) }
            return
        }
        if server.environment.isClustered {
            let isOurs = certificates.contains(server.environment.certificate.trimmed)
            guard isOurs || certificates.isEmpty else {
                throw Failure(
                    .conflict,
                    "\(engine.title) on \(place) is in another cluster by now, as \(server.environment.name ?? "a member")",
                    hint: "remove it from that cluster first; \(leaveAlone)")
            }
            if !(isDestroyed && isOurs) { try await checkName(server, member, at: state.member(member)?.address) }
            if isOurs { return }
        }
        let contents = try await client.contents()
        if !contents.isEmpty { throw full(contents, hint: "move or delete these there first; \(leaveAlone)") }
    }

    /// Throws `Failure.conflict` for a server that its cluster knows by another name.
    ///
    /// Renamed, it goes by its old name itself until it is restarted (seen with LXD 5.0.2).
    private func checkName(_ server: ServerInfo, _ member: MemberName, at address: IPv4?) async throws {
        var members: [ClusterMember] = []
        do { members = try await client.members() } catch let failure as Failure where failure.isNoAnswer {}
        let known = members.first { address != nil && $0.address == address }?.name
        guard let name = known ?? server.environment.name, name != member.text else { return }
        throw Failure(
            .conflict, "\(engine.title) on \(place) is the member \(name), not \(member)",
            hint: "\(engine.client) cluster rename \(name) \(member), then the same command again; \(leaveAlone)")
    }

    /// How a user keeps this tool off the engine.
    private var leaveAlone: String { "to leave \(engine.title) on \(place) alone, rm \(BaremetalNotes.owner) there" }

    private func server() async throws -> ServerInfo? {
        do { return try await client.server() } catch let failure as Failure
            where failure.code == .commandFailed || failure.code == .timedOut
        {
            return nil
        }
    }

    private func serverOnceStarted() async throws -> ServerInfo? {
        if let server = try await server() { return server }
        guard try await hasRun() else { return nil }
        do {
            return try await time.wait(
                for: "\(engine.title) on \(place)", limit: Self.startLimit, every: .seconds(1), assuming: .some(nil)
            ) { try await server().map { $0 as ServerInfo? } }
        } catch let failure as Failure where failure.code == .timedOut {
            return nil
        }
    }

    /// A daemon that has never run has no database.
    private func hasRun() async throws -> Bool {
        let database = "\(package.folder)/database/local.db"
        return try await RootFiles(root).inodes(of: [database])[database] != nil
    }

    private func checkNeverStarted(hint: String) async throws {
        guard try await hasRun() else { return }
        throw Failure(
            .conflict, "\(engine.title) on \(place) does not answer, so its contents are unknown",
            hint: "start it there (systemctl start \(package.service)), then the same command again; \(hint)")
    }

    private func full(_ holdings: [LXDHolding], hint: String) -> Failure {
        let things = holdings.map { "\($0.kind) \($0.names.prefix(10).joined(separator: ", "))" }
        return Failure(
            .conflict, "\(engine.title) on \(place) has data that would be lost: \(things.joined(separator: "; "))",
            hint: hint)
    }
}
