/// Remembers between commands which package a host has, if it is the member that is spoken to.
actor PackageCache {
    private let root: any CommandRunner
    private let engine: Engine
    private let cluster: String?
    private var known: [MemberName: EnginePackage] = [:]

    /// For a member of the cluster with that identifier, and of no other.
    init(_ root: any CommandRunner, _ engine: Engine, cluster: String?) {
        self.root = root
        self.engine = engine
        self.cluster = cluster
    }

    /// The package of a host that is that member; `nil` where the host is not, or has none.
    ///
    /// Throws `Failure.taken` where it is a member of that name of another cluster.
    func package(of member: MemberName) async throws -> EnginePackage? {
        if let package = known[member] { return package }
        let notes = try await BaremetalNotes(on: root)
        guard notes.member == member.text else { return nil }
        guard notes.cluster == cluster else { throw Failure.belongsToAnotherCluster(member) }
        known[member] = try await engine.installedPackage(root)
        return known[member]
    }

    func forget() { known = [:] }
}

/// Runs commands on a host that is a member, as root.
struct BaremetalRunner: CommandRunner {
    let root: any CommandRunner
    let portForward: PackageCache
    let member: MemberName
    let place: String
    let engine: Engine

    /// Runs the command with the host's own daemon.
    func run(_ command: Command) async throws -> CommandResult {
        var package = try await portForward.package(of: member)
        if package == nil { package = await StepScope.outcome(assuming: engine.packages.first) { nil } }
        guard let package else {
            throw Failure(
                .conflict, "\(place) is not \(member), or has lost its \(engine.title)",
                hint: "bcmcluster up -c \(member.cluster)")
        }
        var inside = command
        inside.about.insert(.machine(member.text))
        return try await HostEngine(root: root, package: package, engine: engine).run(inside)
    }
}
