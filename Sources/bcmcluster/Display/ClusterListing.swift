import Provisioning

/// The clusters on this machine, as a table and as data.
struct ClusterListing: Encodable {
    struct Row: Encodable, Equatable {
        var name: String
        var provider: String?
        var members: Int
        var state: String
        /// The same for people.
        var message: String
    }

    var schemaVersion = JSONForm.version
    var clusters: [Row]

    /// A table that is no wider than that.
    func text(width: Int) -> String {
        let rows = clusters.map { [$0.name, $0.provider ?? "-", "\($0.members)", $0.message] }
        let columns: [TextTable.Column] = [
            "NAME", .init("PROVIDER", 2), .init("MEMBERS", 1), .init("STATE", wraps: true),
        ]
        return TextTable.lines(columns, rows, width: width).map { $0 + "\n" }.joined()
    }
}

extension ClusterListing {
    init(_ entries: [ListClusters.Entry]) {
        self.init(
            clusters: entries.map {
                Row(
                    name: $0.name, provider: $0.provider?.rawValue, members: $0.members, state: $0.health.rawValue,
                    message: $0.message)
            })
    }
}
