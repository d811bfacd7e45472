/// Where everything that is kept about a cluster stands: `$BCM_RUNTIME_DIR/clusters/NAME/`.
public struct ClusterFolder: Sendable, Equatable {
    /// The mode of every folder.
    public static let folderMode: UInt32 = 0o700
    /// The mode of every file.
    public static let fileMode: UInt32 = 0o600

    /// The runtime directory, an absolute path.
    public let runtime: String
    /// The cluster.
    public let cluster: ClusterName

    /// The folder of that cluster.
    public init(runtime: String, cluster: ClusterName) {
        self.runtime = runtime
        self.cluster = cluster
    }

    /// Where all clusters are.
    public static func clusters(in runtime: String) -> String { "\(runtime)/clusters" }

    /// Removes all that is in the folder, the lock last, and then the folders that are empty by then.
    ///
    /// Another run of the cluster can begin as soon as the lock is removed; what it has written by then stays.
    public func remove(_ files: any Files) throws {
        for content in try contents(files) { try files.remove(content) }
        try files.remove(lock)
        try files.removeEmptyFolder(path)
        try files.removeEmptyFolder(Self.clusters(in: runtime))
    }

    /// The paths of what is in the folder, without the lock.
    public func contents(_ files: any Files) throws -> [String] {
        try files.names(in: path).map { "\(path)/\($0)" }.filter { $0 != lock }
    }

    /// Removes what writes that were cut off have left; for the run that holds the lock.
    func removeTemporaryFiles(_ files: any Files) throws {
        let members = try files.names(in: endpoints).map { "\(endpoints)/\($0)" }
        for folder in [path, snapshots] + members
            + Engine.all.flatMap({ engine in members.map { "\($0)/\(engine.name)" } })
        {
            try files.removeTemporaryFiles(in: folder)
        }
    }

    /// Where the user's own templates are.
    public static func templates(in runtime: String) -> String { "\(runtime)/templates" }

    /// The list of hosts.
    static func hosts(in runtime: String) -> String { "\(runtime)/hosts.json" }

    /// The folder itself.
    public var path: String { "\(Self.clusters(in: runtime))/\(cluster)" }
    /// The state.
    public var state: String { "\(path)/cluster.json" }
    /// The lock.
    public var lock: String { "\(path)/lock" }
    /// The runs' logs.
    public var logs: String { "\(path)/logs" }
    /// The folder of all endpoints.
    public var endpoints: String { "\(path)/endpoints" }
    /// What is kept about snapshots.
    public var snapshots: String { "\(path)/snapshots" }
    /// Where an image is put together, as long as that takes.
    public var image: String { "\(path)/image" }

    /// What is kept about one snapshot.
    public func snapshot(_ name: SnapshotName) -> String { "\(snapshots)/\(name).json" }
    /// The folder of one endpoint.
    public func endpoint(_ member: MemberName) -> String { "\(endpoints)/\(member)" }
    /// The endpoint's `.env`.
    public func environment(_ member: MemberName) -> String { "\(endpoint(member))/.env" }
    /// The folder of the endpoint's files for that engine.
    public func files(_ member: MemberName, _ engine: Engine) -> String { "\(endpoint(member))/\(engine.name)" }
    /// The certificates of the cluster that were fetched from its members; none where `up` never got that far.
    public func certificates(of state: ClusterState, _ files: any Files) throws -> Set<String> {
        Set(try state.members.compactMap { try files.read(certificate($0.name, state.engine))?.trimmed })
    }
    /// The preseed that the member was given.
    public func preseed(_ member: MemberName, _ engine: Engine) -> String { "\(files(member, engine))/preseed.yml" }
    /// The cluster's certificate.
    public func certificate(_ member: MemberName, _ engine: Engine) -> String {
        "\(files(member, engine))/\(engine.name).cert"
    }
}
