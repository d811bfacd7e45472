/// A custom volume: `GET /1.0/storage-pools/POOL/volumes/custom?recursion=1`.
package struct ClusterVolume: Sendable, Equatable, Decodable {
    package var name: String
    package var config: [String: String]
    /// The member that it lives on; empty or `nil` where all reach it.
    package var location: String?
    /// What uses it, as places in the API.
    package var usedBy: [String]?
    package var project: String?
    /// The project that it is in, `default` where LXD names none.
    var projectName: String { project ?? "default" }
    /// Its pool, where those of several were asked for.
    package var pool = ""

    enum CodingKeys: String, CodingKey {
        case name, config, location, project
        case usedBy = "used_by"
    }

    /// The member that it lives on; `nil` where all reach it.
    package var member: String? { location.flatMap { $0.isEmpty || $0 == "none" ? nil : $0 } }

    /// The member to which it is being moved; stands on the volume and on its copy until one of the two is deleted.
    var movingTo: String? { config[LXC.movingKey] }

    /// The profiles that attach it, by name.
    package var profiles: [String] {
        (usedBy ?? []).filter { $0.hasPrefix("/1.0/profiles/") }.map { String($0.dropFirst(14).prefix { $0 != "?" }) }
    }

    /// Whether the other one has the same name in the same pool and project: on another member, or on the same.
    func isNamed(like other: ClusterVolume) -> Bool {
        name == other.name && pool == other.pool && projectName == other.projectName
    }

    /// Whether that instance uses it.
    func isUsed(by instance: ClusterInstance) -> Bool {
        let path = "/1.0/instances/\(instance.name)"
        let project = instance.projectName
        return (usedBy ?? []).contains(project == "default" ? path : "\(path)?project=\(project)")
    }

    /// The instances that use it.
    package var users: [String] { ClusterInstance.names(among: usedBy) }

    /// An instance that uses it and is not one of these.
    func user(besides instances: [ClusterInstance]) -> String? {
        users.first { user in !instances.contains { $0.name == user } }
    }
}
