/// What no call of the API tells, asked of the cluster's database as `lxd sql` does (LXD 5.0.2).
extension LXC {
    /// What a heartbeat's age may be, in days; clocks differ.
    private static let ages = -36_500.0...36_500.0

    /// How long ago each member last showed life, by the clock of the one that leads the database.
    public func heartbeatAges() async throws -> [String: Duration] {
        let rows = try await rows(
            of: "SELECT name, CAST(julianday('now') - julianday(heartbeat) AS TEXT) FROM nodes", .awaits)
        // SQLite counts in days.
        let ages = rows.compactMap { row -> (String, Duration)? in
            guard row.count == 2, let days = Double(row[1]), Self.ages.contains(days) else { return nil }
            return (row[0], Duration.seconds(days * 86_400))
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
