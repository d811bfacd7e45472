/// A custom volume: `GET /1.0/storage-pools/POOL/volumes/custom?recursion=1`.
public struct ClusterVolume: Sendable, Equatable, Decodable {
    /// The name.
    public var name: String
    /// Its configuration.
    public var config: [String: String]
    /// The member that it lives on; empty or `nil` where all reach it.
    public var location: String?
    /// What uses it, as places in the API.
    public var usedBy: [String]?

    enum CodingKeys: String, CodingKey {
        case name, config, location
        case usedBy = "used_by"
    }

    /// The member that it lives on; `nil` where all reach it.
    public var member: String? { location.flatMap { $0.isEmpty || $0 == "none" ? nil : $0 } }

    /// The instances that use it.
    public var users: [String] { ClusterInstance.names(among: usedBy) }

    /// An instance that uses it and is none of these.
    func user(besides instances: [ClusterInstance]) -> String? {
        users.first { user in !instances.contains { $0.name == user } }
    }
}
