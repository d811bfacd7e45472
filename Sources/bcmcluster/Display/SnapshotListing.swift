import Provisioning

/// A cluster's snapshots as they are shown, and as data.
struct SnapshotListing: Encodable {
    struct Row: Encodable {
        var name: String
        var taken: Timestamp?
        var members: [String]
        var bytes: Int?
        /// Whether the copies share their room with the machines for as long as nothing changes.
        var shared: Bool?
        var missing: [String]
        /// `complete`, or `incomplete`: the cluster cannot go back to it.
        var state: String
        /// What it lacks.
        var message: String?
    }

    var schemaVersion = JSONForm.version
    var cluster: String
    var snapshots: [Row]

    init(_ cluster: ClusterName, _ snapshots: [ClusterSnapshot]) {
        self.cluster = cluster.text
        self.snapshots = snapshots.map { snapshot in
            Row(
                name: snapshot.name.text, taken: (snapshot.saved?.taken).map(Timestamp.init),
                members: snapshot.members.map(\.text),
                bytes: snapshot.saved?.bytes, shared: snapshot.saved?.isClone,
                missing: snapshot.missing.map(\.text), state: snapshot.isComplete ? "complete" : "incomplete",
                message: snapshot.trouble)
        }
    }

    /// A table, and below it what is to be done about those that are incomplete; no line is wider than that.
    func text(width: Int, now: Int) -> String {
        let rows = snapshots.map { row in
            let size = row.bytes.map { ByteSize.brief($0) + (row.shared == true ? ", shared" : "") }
            let age = row.taken.map { "\(Duration.seconds(max(0, now - $0.seconds)).rough) ago" }
            return [row.name, row.state, age ?? "-", "\(row.members.count)", size ?? "-"]
        }
        let columns: [TextTable.Column] = [
            "SNAPSHOT", "STATE", .init("TAKEN", 1), .init("MEMBERS", 3), .init("SIZE", 2),
        ]
        let table = TextTable.lines(columns, rows, width: width)
        let troubles = snapshots.filter { $0.message != nil }.flatMap { row in
            "- \(row.name) is \(row.state): \(row.message ?? ""). hint: bcmcluster snapshot delete -c \(cluster) \(row.name)"
                .filled(to: width)
        }
        return (table + (troubles.isEmpty ? [] : [""] + troubles)).map { $0 + "\n" }.joined()
    }
}
