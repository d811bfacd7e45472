/// What no call of the API tells, asked of the cluster's database as `lxd sql` does (LXD 5.0.2).
extension LXC {
    /// What a heartbeat's age may be, in days; clocks differ.
    private static let ages = -36_500.0...36_500.0

    /// How long ago each member last showed life, by the clock of the one that leads the database.
    package func heartbeatAges() async throws -> [String: Duration] {
        let rows = try await rows(
            of: "SELECT name, CAST(julianday('now') - julianday(heartbeat) AS TEXT) FROM nodes", .reads)
        // SQLite counts in days.
        let ages = rows.compactMap { row -> (String, Duration)? in
            guard row.count == 2, let days = Double(row[1]), Self.ages.contains(days) else { return nil }
            return (row[0], Duration.seconds(days * 86_400))
        }
        return Dictionary(ages) { $1 }
    }

    /// The instances of the default project with their marks and devices, also of those whose member does not answer: of
    /// these the API tells the names alone.
    func notes(marks prefix: String, and key: String) async throws -> [String: InstanceNotes] {
        let chosen = "FROM instances i JOIN projects p ON p.id = i.project_id"
        let rows = try await rows(
            of: """
                SELECT i.name, 'type', CAST(i.type AS TEXT), '' \(chosen) WHERE p.name = 'default' \
                UNION ALL SELECT i.name, 'config', c.key, c.value \(chosen) \
                JOIN instances_config c ON c.instance_id = i.id \
                WHERE p.name = 'default' AND (c.key LIKE '\(prefix)%' OR c.key = '\(key)') \
                UNION ALL SELECT i.name, 'device', d.name, COALESCE((SELECT value FROM instances_devices_config s \
                WHERE s.instance_device_id = d.id AND s.key = 'source'), '') \(chosen) \
                JOIN instances_devices d ON d.instance_id = i.id WHERE p.name = 'default' \
                UNION ALL SELECT i.name, 'address', n.value, a.value \(chosen) \
                JOIN instances_devices d ON d.instance_id = i.id \
                JOIN instances_devices_config n ON n.instance_device_id = d.id AND n.key = 'network' \
                JOIN instances_devices_config a ON a.instance_device_id = d.id AND a.key = 'ipv4.address' \
                WHERE p.name = 'default'
                """, .reads)
        var notes: [String: InstanceNotes] = [:]
        for row in rows where row.count == 4 {
            switch row[1] {
            case "type": notes[row[0], default: InstanceNotes()].isVM = row[2] == "1"
            case "config": notes[row[0], default: InstanceNotes()].config[row[2]] = row[3]
            case "address": notes[row[0], default: InstanceNotes()].addresses[row[2]] = row[3]
            default: notes[row[0], default: InstanceNotes()].sources[row[2]] = row[3]
            }
        }
        return notes
    }

    /// The networks of all projects and the storage pools, with their states; of networks the value of that key, too.
    ///
    /// The API tells no state of a network on all members, and none at all of networks of all projects (LXD 5.0.2).
    func objects(marks key: String) async throws -> [ClusterObject] {
        do { return ClusterObject.all(in: try await rows(of: ClusterObject.question(key), .reads)) } catch let failure
            as Failure where failure.engineError == .noSuchTable
        {
            // LXD 4.0 keeps no states of single members.
            return ClusterObject.all(in: try await rows(of: ClusterObject.fallbackQuery, .reads))
        }
    }

    /// The addresses of members whose joins have begun and not ended, by name: no call of the API shows these members.
    func pendingMembers() async throws -> [String: String] {
        do {
            let rows = try await rows(of: "SELECT name, address FROM nodes WHERE state = 1", .reads)
            return Dictionary(rows.filter { $0.count == 2 }.map { ($0[0], $0[1]) }) { $1 }
        } catch let failure as Failure where failure.engineError == .noSuchTable { return [:] }
    }

    /// The addresses in the configuration of the cluster's database (raft), as this server last wrote them down: up to
    /// ten seconds old on the server that leads it, older elsewhere.
    func raftAddresses() async throws -> [String] {
        try await rows(of: "SELECT address FROM raft_nodes", .reads, in: "local").compactMap(\.first)
    }

    /// Removes the server certificate of a join that failed, unless there is a member of that name; where none is there it is
    /// fine.
    ///
    /// LXD 5.21 and 6.9 accept no second certificate of one name, and remove one with its member alone: `cluster remove`
    /// does not find a join that failed, and `config trust remove` refuses a server's. This is what they do when a member is
    /// removed (canonical/lxd, lxd/cluster/membership.go, `Purge`). The others keep certificates in another table, in which
    /// a name may stand twice.
    func removeServerCertificate(of name: String) async throws {
        do { _ = try await rows(of: Self.removal(ofServerCertificate: name), .changes) } catch let failure as Failure
            where failure.engineError == .noSuchTable
        {}
    }

    /// Certificates of servers are of type 3 (canonical/lxd, lxd/identity/type_interface.go), members whose join has not
    /// ended of state 1.
    static func removal(ofServerCertificate name: String) -> String {
        "DELETE FROM identities WHERE type = 3 AND name = '\(name)' "
            + "AND NOT EXISTS (SELECT 1 FROM nodes n WHERE n.name = identities.name AND n.state <> 1)"
    }

    /// What LXD would not move off that member: the names of its instances' backups, by `PROJECT/INSTANCE`, and the
    /// images that it alone has, where LXD copies none to another.
    package func immovableContents(on member: String) async throws -> (backups: [String: [String]], images: [String]) {
        let rows = try await rows(
            of: """
                SELECT 'backup', p.name || '/' || i.name, b.name FROM instances_backups b \
                JOIN instances i ON i.id = b.instance_id JOIN projects p ON p.id = i.project_id JOIN nodes n ON n.id = i.node_id WHERE n.name = '\(member)' \
                UNION ALL SELECT 'image', i.fingerprint, '' FROM images i JOIN images_nodes p ON p.image_id = i.id \
                JOIN nodes n ON n.id = p.node_id \
                WHERE EXISTS (SELECT 1 FROM config WHERE key = 'cluster.images_minimal_replica' AND value = '1') \
                GROUP BY i.fingerprint HAVING COUNT(*) = 1 AND MAX(n.name) = '\(member)'
                """, .reads)
        var backups: [String: [String]] = [:]
        var images: [String] = []
        for row in rows where row.count == 3 {
            if row[0] == "backup" { backups[row[1], default: []].append(row[2]) } else { images.append(row[1]) }
        }
        return (backups, images)
    }

    /// The members that have the image: no call of the API says it.
    func holders(of fingerprint: String) async throws -> Set<String> {
        let question = """
            SELECT n.name FROM nodes n JOIN images_nodes p ON p.node_id = n.id JOIN images i ON i.id = p.image_id \
            WHERE i.fingerprint = '\(fingerprint)'
            """
        return Set(try await rows(of: question, .reads, about: [.image(fingerprint)]).compactMap(\.first))
    }

    private func rows(
        of question: String, _ effect: Command.Effect, in database: String = "global", about: Set<Subject> = []
    ) async throws -> [[String]] {
        struct Query: Encodable {
            var database: String
            var query: String
        }
        struct Answer: Decodable {
            struct Result: Decodable { var rows: [[String]]? }
            var results: [Result]
            enum CodingKeys: String, CodingKey { case results = "Results" }
        }
        let data = try JSONText.text(Query(database: database, query: question), isCompact: true).trimmed
        var command = query(
            "/internal/sql", ["--request", "POST", "--data", data], effect: effect, assumed: #"{"Results":[]}"#)
        command.about = about
        return try await runner.decoded(Answer.self, from: command).results.flatMap { $0.rows ?? [] }
    }
}

/// What the database holds of an instance.
struct InstanceNotes: Sendable, Equatable {
    /// Whether it is a virtual machine.
    var isVM = false
    /// Configuration by key, as far as it was asked for.
    var config: [String: String] = [:]
    /// The devices' names, each with its source where it has one.
    var sources: [String: String] = [:]
    /// Its fixed addresses, by network.
    var addresses: [String: String] = [:]
}
