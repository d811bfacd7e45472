/// A network, or an interface that LXD does not manage: `GET /1.0/networks?recursion=1`.
package struct ListedNetwork: Sendable, Equatable, Decodable {
    package var name: String
    /// Whether LXD made it.
    package var managed: Bool
    /// `bridge`, `physical` and the like.
    package var type: String
    package var config: [String: String]?
    /// What uses it, as places in the API.
    package var usedBy: [String]?
    /// `Created`, `Pending` or `Errored`; empty where LXD does not manage it.
    package var status: String?

    enum CodingKeys: String, CodingKey {
        case name, managed, type, config, status
        case usedBy = "used_by"
    }

    /// The members' address on it, and its range; `nil` where it has no IPv4.
    var address: NetworkAddress? { config?["ipv4.address"].flatMap(NetworkAddress.init) }

    /// An instance that uses it and is not one of these.
    func user(besides instances: [ClusterInstance]) -> String? {
        ClusterInstance.names(among: usedBy).first { user in !instances.contains { $0.name == user } }
    }
}
