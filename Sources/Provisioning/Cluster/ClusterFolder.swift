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
    /// Removes the folder with all that is in it, and the folder of all clusters if this was the last.
    public func remove(_ files: any Files) throws {
        try files.remove(path)
        let clusters = Self.clusters(in: runtime)
        if try files.names(in: clusters).isEmpty { try files.remove(clusters) }
    }

    /// Where a person's own templates are.
    public static func templates(in runtime: String) -> String { "\(runtime)/templates" }

    /// The folder itself.
    public var path: String { "\(Self.clusters(in: runtime))/\(cluster)" }
    /// The record.
    public var record: String { "\(path)/cluster.json" }
    /// The lock.
    public var lock: String { "\(path)/lock" }
    /// The runs' logs.
    public var logs: String { "\(path)/logs" }
    /// The folder of all endpoints.
    public var endpoints: String { "\(path)/endpoints" }

    /// The folder of one endpoint.
    public func endpoint(_ member: MemberName) -> String { "\(endpoints)/\(member)" }
    /// The endpoint's `.env`.
    public func environment(_ member: MemberName) -> String { "\(endpoint(member))/.env" }
    /// The folder of the endpoint's LXD files.
    public func lxd(_ member: MemberName) -> String { "\(endpoint(member))/lxd" }
    /// What `lxd init` was given.
    public func preseed(_ member: MemberName) -> String { "\(lxd(member))/preseed.yml" }
    /// The cluster's certificate.
    public func certificate(_ member: MemberName) -> String { "\(lxd(member))/lxd.cert" }
}
