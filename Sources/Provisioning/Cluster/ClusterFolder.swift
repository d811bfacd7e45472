/// Where everything that is kept about a cluster stands: `$BCM_RUNTIME_DIR/clusters/NAME/`.
package struct ClusterFolder: Sendable, Equatable {
    /// The mode of every folder.
    package static let folderMode: UInt32 = 0o700
    /// The mode of every file.
    package static let fileMode: UInt32 = 0o600

    /// The runtime directory, an absolute path.
    package let runtime: String
    package let cluster: ClusterName

    /// The folder of that cluster.
    package init(runtime: String, cluster: ClusterName) {
        self.runtime = runtime
        self.cluster = cluster
    }

    package static func clusters(in runtime: String) -> String { "\(runtime)/clusters" }

    /// Removes all that is in the folder, the lock last, and then the folders that are empty by then.
    ///
    /// Another run of the cluster can begin as soon as the lock is removed; what it has written by then stays.
    package func remove(_ files: any Files) throws {
        for content in try contents(files) { try files.remove(content) }
        try files.remove(lock)
        try files.removeEmptyFolder(path)
        try files.removeEmptyFolder(Self.clusters(in: runtime))
    }

    /// The paths of what is in the folder, without the lock.
    package func contents(_ files: any Files) throws -> [String] {
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
    package static func templates(in runtime: String) -> String { "\(runtime)/templates" }

    static func hosts(in runtime: String) -> String { "\(runtime)/hosts.json" }

    /// The folder itself.
    package var path: String { "\(Self.clusters(in: runtime))/\(cluster)" }
    package var state: String { "\(path)/cluster.json" }
    package var lock: String { "\(path)/lock" }
    package var logs: String { "\(path)/logs" }
    /// The folder of all endpoints.
    package var endpoints: String { "\(path)/endpoints" }
    /// The units that were last seen on it.
    package var units: String { "\(path)/units" }
    /// What is kept about snapshots.
    package var snapshots: String { "\(path)/snapshots" }
    /// Where an image is put together, as long as that takes.
    package var image: String { "\(path)/image" }

    /// What is kept about one snapshot.
    package func snapshot(_ name: SnapshotName) -> String { "\(snapshots)/\(name).json" }
    /// The folder of one endpoint.
    package func endpoint(_ member: MemberName) -> String { "\(endpoints)/\(member)" }
    /// The endpoint's `.env`.
    package func environment(_ member: MemberName) -> String { "\(endpoint(member))/.env" }
    /// The folder of the endpoint's files for that engine.
    package func files(_ member: MemberName, _ engine: Engine) -> String { "\(endpoint(member))/\(engine.name)" }
    /// The certificates of the cluster that were fetched from its members; none where `up` never got that far.
    package func certificates(of state: ClusterState, _ files: any Files) throws -> Set<String> {
        Set(try state.members.compactMap { try files.read(certificate($0.name, state.engine))?.trimmed })
    }
    /// The preseed that the member was given.
    package func preseed(_ member: MemberName, _ engine: Engine) -> String { "\(files(member, engine))/preseed.yml" }
    /// The file that is there from the beginning of a member's join until its end.
    func joinMark(_ member: MemberName, _ engine: Engine) -> String { "\(files(member, engine))/joining" }
    /// The cluster's certificate.
    package func certificate(_ member: MemberName, _ engine: Engine) -> String {
        "\(files(member, engine))/\(engine.name).cert"
    }
}
