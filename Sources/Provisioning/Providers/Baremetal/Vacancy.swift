/// Whether an LXD holds nothing that somebody would miss.
struct Vacancy: Sendable {
    private static let limit: Duration = .seconds(20)

    let root: any CommandRunner
    let engine: Engine
    let place: String
    let package: LXDPackage

    /// The daemon's own administrator.
    var client: LXC {
        LXC(HostsLXD(root: root, package: package, engine: engine), engine: engine, limit: Self.limit)
    }

    /// Throws `Failure.conflict` for an LXD that is in a cluster, holds anything, or cannot be asked.
    func check() async throws {
        guard let server = try await server() else { return try await checkThatItNeverRan() }
        if server.environment.isClustered {
            throw Failure(
                .conflict, "LXD on \(place) is in a cluster already, as \(server.environment.name ?? "a member")",
                remedy: "take another host, or take that member out of its cluster first")
        }
        let holdings = try await client.holdings()
        if !holdings.isEmpty { throw full(holdings) }
    }

    /// Throws `Failure.conflict` for an LXD that is in no cluster and holds instances: no cluster has put them there.
    func checkBeforeRemoval() async throws {
        guard let server = try? await server(), !server.environment.isClustered else { return }
        let instances = try await client.holdings().filter { $0.kind == "instances" }
        if !instances.isEmpty { throw full(instances) }
    }

    private func server() async throws -> ServerInfo? {
        do { return try await client.server() } catch let failure as Failure
            where failure.code == .commandFailed || failure.code == .timedOut
        {
            return nil
        }
    }

    /// A daemon that has never run has no database.
    private func checkThatItNeverRan() async throws {
        let database = "\(package.folder)/database/local.db"
        guard try await RootFiles(root).inodes(of: [database])[database] != nil else { return }
        throw Failure(
            .conflict, "LXD on \(place) does not answer, so nobody can tell what it holds",
            remedy: "start it there (systemctl start \(package.service)), or take another host")
    }

    private func full(_ holdings: [LXDHolding]) -> Failure {
        let things = holdings.map { "\($0.kind) \($0.names.prefix(10).joined(separator: ", "))" }
        return Failure(
            .conflict, "LXD on \(place) holds what would be lost: \(things.joined(separator: "; "))",
            remedy: "take another host, or move or delete these there first: only an LXD that holds nothing is taken")
    }
}
