import Provisioning

/// The volumes of units, as a table and as data.
struct VolumeListing: Encodable {
    struct Row: Encodable {
        var name: String
        var unit: String
        var pool: String
        /// In bytes; `nil` is as large as the pool.
        var size: Int?
        /// The member that it lives on; `nil` where all reach it.
        var member: String?
        var usedBy: [String]
        /// Whether any instance of its unit is left.
        var unitExists: Bool
    }

    var schemaVersion = JSONForm.version
    var cluster: String
    var volumes: [Row]

    init(_ cluster: ClusterName, _ workloads: Workloads, _ unit: UnitName?) {
        self.cluster = cluster.text
        let standing = Set(workloads.instances.compactMap(\.unit))
        volumes = workloads.volumes.compactMap { volume in
            guard let owner = volume.unit, unit == nil || unit?.text == owner else { return nil }
            return Row(
                name: volume.name, unit: owner, pool: workloads.pool,
                size: volume.config["size"].flatMap { ByteSize($0)?.bytes },
                member: volume.member, usedBy: volume.users, unitExists: standing.contains(owner))
        }.sorted { Workloads.order($0.name, $1.name) }
    }

    /// A table that is no wider than that.
    func text(width: Int) -> String {
        let rows = volumes.map { row in
            let unused = row.unitExists ? "-" : "orphaned"
            return [
                row.name, row.unit, row.pool, row.size.map(ByteSize.brief) ?? "-", row.member ?? "-",
                row.usedBy.isEmpty ? unused : row.usedBy.joined(separator: ","),
            ]
        }
        let columns: [TextTable.Column] = [
            "VOLUME", .init("UNIT", 3), .init("POOL", 4), .init("SIZE", 2), .init("MEMBER", 1),
            .init("USED BY", wraps: true),
        ]
        return TextTable.lines(columns, rows, width: width).map { $0 + "\n" }.joined()
    }
}
