/// What no call of the API tells, asked of the cluster's database as `lxd sql` does (LXD 5.0.2).
extension LXC {
    /// How long ago each member last showed life, by the clock of the one that leads the database.
    public func heartbeatAges() async throws -> [String: Duration] {
        let rows = try await rows(
            of: "SELECT name, CAST(julianday('now') - julianday(heartbeat) AS TEXT) FROM nodes", .awaits)
        // SQLite counts in days.
        let ages = rows.compactMap { row in
            row.count == 2 ? Double(row[1]).map { (row[0], Duration.seconds($0 * 86_400)) } : nil
        }
        return Dictionary(ages) { $1 }
    }

    /// The instances of the default project with their marks and devices, also of those whose member does not answer: of
    /// these the API tells the names alone.
    func notes(marks prefix: String) async throws -> [String: InstanceNotes] {
        let chosen = "FROM instances i JOIN projects p ON p.id = i.project_id"
        let rows = try await rows(
            of: """
                SELECT i.name, 'type', CAST(i.type AS TEXT), '' \(chosen) WHERE p.name = 'default' \
                UNION ALL SELECT i.name, 'config', c.key, c.value \(chosen) \
                JOIN instances_config c ON c.instance_id = i.id \
                WHERE p.name = 'default' AND c.key LIKE '\(prefix)%' \
                UNION ALL SELECT i.name, 'device', d.name, COALESCE((SELECT value FROM instances_devices_config s \
                WHERE s.instance_device_id = d.id AND s.key = 'source'), '') \(chosen) \
                JOIN instances_devices d ON d.instance_id = i.id WHERE p.name = 'default'
                """, .reads)
        var notes: [String: InstanceNotes] = [:]
        for row in rows where row.count == 4 {
            switch row[1] {
            case "type": notes[row[0], default: InstanceNotes()].isVM = row[2] == "1"
            case "config": notes[row[0], default: InstanceNotes()].config[row[2]] = row[3]
            default: notes[row[0], default: InstanceNotes()].sources[row[2]] = row[3]
            }
        }
        return notes
    }

    /// What LXD would not move off that member: the names of its instances' backups, by `PROJECT/INSTANCE`, and the
    /// images that it alone has, where LXD copies none to another.
    public func immovables(on member: String) async throws -> (backups: [String: [String]], images: [String]) {
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

    private func rows(of question: String, _ effect: Command.Effect) async throws -> [[String]] {
        struct Query: Encodable {
            var database = "global"
            var query: String
        }
        struct Answer: Decodable {
            struct Result: Decodable { var rows: [[String]]? }
            var results: [Result]
            enum CodingKeys: String, CodingKey { case results = "Results" }
        }
        let data = try JSONText.text(Query(query: question), isCompact: true).trimmed
        let command = Command(
            engine.client, ["query", "--request", "POST", "--data", data, "/internal/sql"], limit: limit,
            effect: effect, assumed: #"{"Results":[]}"#)
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
}
