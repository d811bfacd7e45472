/// Remembers between commands which LXD a host has, if it is the member that is spoken to.
actor PackageCache {
    private let root: any CommandRunner
    private let cluster: String?
    private var known: [MemberName: LXDPackage] = [:]

    /// For a member of the cluster with that identifier, and of no other.
    init(_ root: any CommandRunner, cluster: String?) {
        self.root = root
        self.cluster = cluster
    }

    /// The LXD of a host that is that member; `nil` where the host is not, or has none.
    ///
    /// Throws `Failure.taken` where it is a member of that name of another cluster.
    func package(of member: MemberName) async throws -> LXDPackage? {
        if let package = known[member] { return package }
        let notes = try await BaremetalNotes(on: root)
        guard notes.member == member.text else { return nil }
        guard notes.cluster == cluster else { throw Failure.belongsToAnotherCluster(member) }
        known[member] = try await LXDPackage.installed(root)
        return known[member]
    }

    /// Forgets it.
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
        if package == nil { package = await StepScope.outcome(assuming: .debian) { nil } }
        guard let package else {
            throw Failure(
                .conflict, "\(place) is not \(member), or has lost its LXD",
                hint: "bcmcluster up -c \(member.cluster)")
        }
        var inside = command
        inside.about.insert(.machine(member.text))
        return try await HostsLXD(root: root, package: package, engine: engine).run(inside)
    }
}
