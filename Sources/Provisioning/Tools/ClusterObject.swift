/// A network or a storage pool as the cluster's database has it.
struct ClusterObject: Sendable, Equatable {
    enum Kind: String, Sendable {
        case network
        case storagePool = "storage pool"
    }

    /// How far it has been made, by the number that the database keeps (LXD 4.0 to 6.9, Incus 6.0 and 7.0).
    ///
    /// LXD also calls a network errored while it is being made.
    enum State: String, Sendable {
        case pending = "0"
        case created = "1"
        case errored = "2"
    }

    var kind: Kind
    /// The name, unique among its kind in its project.
    var name: String
    /// A network's project; empty for a pool.
    var project = ""
    /// The network's type or the pool's driver, as the client takes it.
    var form = ""
    /// The value of the key that was asked for; `nil` where it has none.
    var mark: String?
    /// The state as a whole.
    var state: State
    /// The states on members; only those that are not created, where it is created as a whole.
    var members: [String: State] = [:]
    /// The keys that are members' own, by member.
    var values: [String: [String: String]] = [:]

    /// Whether it can be used on all members.
    var isCreated: Bool { state == .created && members.values.allSatisfy { $0 == .created } }
    /// Whether both are the same object.
    func isSame(as other: ClusterObject) -> Bool {
        kind == other.kind && name == other.name && project == other.project
    }

    // MARK: Reading

    /// The rows of `networks` and `storage_pools`, then those of single members, then the keys that are members' own.
    static func question(_ key: String) -> String {
        let project = "(SELECT p.name FROM projects p WHERE p.id = o.project_id)"
        let mark =
            "COALESCE((SELECT c.value FROM networks_config c WHERE c.network_id = o.id AND c.key = '\(key)'), '')"
        let own = "m ON m.id = c.node_id WHERE c.key NOT LIKE 'volatile.%'"
        let unfinished = "m ON m.id = l.node_id WHERE o.state <> 1 OR l.state <> 1"
        return """
            SELECT 'network', o.name, \(project), CAST(o.type AS TEXT), \(mark), CAST(o.state AS TEXT), '' \
            FROM networks o UNION ALL \
            SELECT 'storage pool', o.name, '', o.driver, '', CAST(o.state AS TEXT), '' FROM storage_pools o UNION ALL \
            SELECT 'network', o.name, \(project), '', '', CAST(l.state AS TEXT), m.name \
            FROM networks o JOIN networks_nodes l ON l.network_id = o.id JOIN nodes \(unfinished) UNION ALL \
            SELECT 'storage pool', o.name, '', '', '', CAST(l.state AS TEXT), m.name \
            FROM storage_pools o JOIN storage_pools_nodes l ON l.storage_pool_id = o.id JOIN nodes \(unfinished) UNION ALL \
            SELECT 'own network', o.name, \(project), c.key, COALESCE(c.value, ''), '', m.name \
            FROM networks o JOIN networks_config c ON c.network_id = o.id JOIN nodes \(own) UNION ALL \
            SELECT 'own storage pool', o.name, '', c.key, COALESCE(c.value, ''), '', m.name \
            FROM storage_pools o JOIN storage_pools_config c ON c.storage_pool_id = o.id JOIN nodes \(own)
            """
    }

    /// The same without projects, marks and members.
    static let fallbackQuery = """
        SELECT 'network', name, 'default', '', '', CAST(state AS TEXT), '' FROM networks UNION ALL \
        SELECT 'storage pool', name, '', driver, '', CAST(state AS TEXT), '' FROM storage_pools
        """

    /// The types of networks, by the number that the database keeps.
    private static let types = ["bridge", "macvlan", "sriov", "ovn", "physical"]

    private static let ownPrefix = "own "

    /// The objects in the answer; the row of a member follows that of its object.
    static func all(in rows: [[String]]) -> [ClusterObject] {
        var objects: [ClusterObject] = []
        for row in rows where row.count == 7 {
            if row[0].hasPrefix(ownPrefix) {
                let index = objects.firstIndex {
                    "\(ownPrefix)\($0.kind.rawValue)" == row[0] && [$0.name, $0.project] == row[1...2]
                }
                if let index { objects[index].values[row[6], default: [:]][row[3]] = row[4] }
                continue
            }
            guard let kind = Kind(rawValue: row[0]), let state = State(rawValue: row[5]) else { continue }
            var object = ClusterObject(kind: kind, name: row[1], project: row[2], state: state)
            if row[6].isEmpty {
                object.form = kind == .network ? types.element(Int(row[3])) : row[3]
                object.mark = row[4].isEmpty ? nil : row[4]
                objects.append(object)
            } else if let index = objects.firstIndex(where: object.isSame) {
                objects[index].members[row[6]] = state
            }
        }
        return objects
    }
}

extension [String] {
    /// The element at that place; empty where there is none.
    fileprivate func element(_ index: Int?) -> String { index.flatMap { indices.contains($0) ? self[$0] : nil } ?? "" }
}
