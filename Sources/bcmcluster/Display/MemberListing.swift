import Provisioning

/// The members of a cluster, as a table and as data.
struct MemberListing: Encodable {
    struct Row: Encodable {
        var name: String
        /// Whether the cluster's state names it.
        var managed: Bool
        var roles: [String]
        /// What its cluster says of its daemon, or why it says nothing.
        var state: String
        var reachable: Bool
        var address: String?
        var host: String
        var machine: String
        var cpus: Int?
        var memory: Int?
        var disk: Int?
        var version: String?
        var instances: Int?
        var since: Timestamp?
        /// The state in a user's words.
        fileprivate var label: String

        private enum CodingKeys: CodingKey {
            case name, managed, roles, state, reachable, address, host, machine, cpus, memory, disk, version, instances
            case since
        }
    }

    var schemaVersion = JSONForm.version
    var cluster: String
    var members: [Row]

    /// Whether all of them answer.
    var isComplete: Bool { members.allSatisfy(\.reachable) }

    private enum CodingKeys: CodingKey { case schemaVersion, cluster, members }

    init(_ cluster: ClusterName, _ entries: [ListMembers.Entry]) {
        self.cluster = cluster.text
        members = entries.map { entry in
            let status = entry.status
            let isLost = status.machine == .unreachable
            return Row(
                name: status.name, managed: status.isInState, roles: status.roles,
                state: isLost ? "unreachable" : StateWord.daemon(status.lxdLabel), reachable: entry.isReachable,
                address: status.address?.description, host: entry.host.text,
                machine: StateWord.machine(status.machineLabel), cpus: entry.cpus, memory: entry.memory,
                disk: entry.disk, version: status.version, instances: status.instances,
                since: status.since.map(Timestamp.init), label: isLost ? "unreachable" : status.lxdLabel)
        }
    }

    /// A table that is no wider than that.
    func text(width: Int) -> String {
        let columns: [TextTable.Column] = [
            "MEMBER", .init("ROLES", 2), "STATE", .init("ADDRESS", isWhole: true), .init("HOST", 5),
            .init("MACHINE", 3),
            .init("CPUS", 6), .init("MEMORY", 6), .init("DISK", 7), .init("VERSION", 4),
        ]
        let rows = members.map { row in
            [
                row.name, row.roles.isEmpty ? "-" : row.roles.joined(separator: ","), row.label, row.address ?? "-",
                row.host, row.machine, row.cpus.map { "\($0)" } ?? "-", row.memory.map(ByteSize.brief) ?? "-",
                row.disk.map(ByteSize.brief) ?? "-", row.version ?? "-",
            ]
        }
        return TextTable.lines(columns, rows, width: width).map { $0 + "\n" }.joined()
    }
}
