/// The notes that stand on a host: which member it is, and what was installed for that.
struct BaremetalNotes: Sendable, Equatable {
    /// The folder of the notes, which are symbolic links.
    static let folder = "\(NamespaceLayout.root)/baremetal"
    /// Says which member of which cluster the host is, `0123abcd/DEV-00`; with another engine than the standard one its
    /// name stands behind that, `0123abcd/DEV-00/NAME`.
    static let owner = "\(folder)/owner"
    /// Says what is being or was installed, `apt:lxd,lxd-client`.
    static let installation = "\(folder)/installation"
    /// Says that this was done to its end.
    static let isComplete = "\(folder)/installed"

    /// A copy of the cluster's state: a file, and no note.
    static let copy = "\(folder)/state.json"

    /// The identifier of the cluster and the member's name, as they stand there; empty where the host is free.
    var owner = ""
    /// The kind of package that was installed for a cluster, and its parts; empty where the engine was there before.
    var installation = ""
    /// Whether it was installed to its end.
    var isComplete = false

    /// Reads them, in one command.
    init(on host: any CommandRunner) async throws {
        let links = try await RootFiles(host).links(below: Self.folder, depth: 1)
        owner = links["owner"] ?? ""
        installation = links["installation"] ?? ""
        isComplete = links["installed"] != nil
    }

    /// What the owner's note says of a member.
    static func text(_ member: MemberName, of state: ClusterState) -> String {
        let engine = state.engine == .standard ? "" : "/\(state.engine.name)"
        return "\(state.identifier)/\(member)\(engine)"
    }

    /// Whether the host is that member.
    func isOwned(by member: MemberName, of state: ClusterState) -> Bool {
        owner == Self.text(member, of: state)
    }

    private func part(_ index: Int) -> String {
        let parts = owner.split(separator: "/", omittingEmptySubsequences: false)
        return parts.indices.contains(index) ? String(parts[index]) : ""
    }

    /// The identifier of the owner's cluster.
    var cluster: String { part(0) }
    /// The name of the member that the host is.
    var member: String { part(1) }
    /// The engine of the owner's cluster; `nil` where it is none that is known.
    var engine: Engine? { part(2).isEmpty ? .standard : Engine.named(part(2)) }
    /// What was installed; empty where nothing was.
    var packages: [String] {
        installation.drop { $0 != ":" }.dropFirst().split(separator: ",").map(String.init)
    }
    /// The kind of package that was installed.
    var kind: EnginePackage.Kind? { EnginePackage.Kind(rawValue: String(installation.prefix { $0 != ":" })) }
}
