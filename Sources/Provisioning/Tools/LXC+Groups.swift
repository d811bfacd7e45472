/// Cluster groups, and the names of profiles.
extension LXC {
    /// The cluster groups.
    func clusterGroups() async throws -> [ClusterGroup] {
        try await runner.decoded([ClusterGroup].self, from: query("/1.0/cluster/groups?recursion=1"))
    }

    /// The names of the profiles of the default project.
    func profiles() async throws -> [String] {
        try await runner.decoded([String].self, from: query("/1.0/profiles"))
            .compactMap { $0.split(separator: "/").last?.split(separator: "?").first.map(String.init) }
    }
}

/// A cluster group: `GET /1.0/cluster/groups?recursion=1`.
package struct ClusterGroup: Sendable, Equatable, Decodable {
    package var name: String
    package var members: [String]?
}
