import Provisioning

/// The networks of a cluster, as a table and as data.
struct NetworkListing: Encodable {
    struct Row: Encodable {
        var name: String
        /// Its range; `nil` where it has no IPv4.
        var subnet: String?
        /// The units on it; none on one that no unit has made.
        var units: [String]
        /// Whether it is one Ethernet over all members; else each has its own.
        var spansMembers: Bool
        /// The members that have it.
        var members: [String]
        /// How many addresses instances have been given.
        var addressesInUse: Int
        /// How many instances can be given; `nil` where DHCP gives them.
        var addresses: Int?
    }

    var schemaVersion = JSONForm.version
    var cluster: String
    var networks: [Row]

    init(_ cluster: ClusterName, _ workloads: Workloads, _ unit: UnitName?) {
        self.cluster = cluster.text
        let members = workloads.members.map(\.name).sorted(by: Workloads.order)
        networks = workloads.networks.filter { $0.managed && (unit.map { $0.text }.map($0.units.contains) ?? true) }
            .map { network in
                let use = workloads.use(of: network)
                return Row(
                    name: network.name, subnet: use.subnet, units: network.units.sorted(),
                    spansMembers: use.spansMembers,
                    members: members, addressesInUse: use.given, addresses: use.capacity)
            }.sorted { Workloads.order($0.name, $1.name) }
    }

    /// A table that is no wider than that.
    func text(width: Int) -> String {
        let rows = networks.map { row in
            [
                row.name, row.subnet ?? "-", row.units.isEmpty ? "-" : row.units.joined(separator: ","),
                row.spansMembers ? "all \(row.members.count), one network" : "all \(row.members.count), one each",
                row.addresses.map { "\(row.addressesInUse) of \($0)" } ?? "\(row.addressesInUse)",
            ]
        }
        let columns: [TextTable.Column] = [
            "NETWORK", .init("SUBNET", isWhole: true), .init("UNITS", wraps: true), .init("MEMBERS", 3),
            .init("IN USE", 2),
        ]
        return TextTable.lines(columns, rows, width: width).map { $0 + "\n" }.joined()
    }
}
