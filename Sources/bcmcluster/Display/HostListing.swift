import Provisioning

/// The hosts as a table and as data: docs/reference/schema/host-list.json says the form.
struct HostListing {
    /// One host: what it says of itself, or why it does not.
    struct Row: Sendable {
        var host: Host
        var observation: HostStatus?
        var trouble: String?
    }

    let rows: [Row]

    init(_ rows: [Row]) { self.rows = rows }

    /// 4 where a host is unreachable.
    var exitStatus: Int32 { rows.contains { $0.observation == nil } ? 4 : 0 }

    /// A table that is no wider than that.
    func text(width: Int, now: Int) -> String {
        let columns: [TextTable.Column] = [
            "HOST", .init("ADDRESS", wraps: true), "STATE", .init("CPU", 3), .init("MEMORY", 2), .init("DISK", 1),
            .init("MACHINES", 4),
            .init("LAST SEEN", 5), .init("DETAIL", wraps: true),
        ]
        return TextTable.lines(columns, rows.map { Self.cells($0, now) }, width: width).map { $0 + "\n" }.joined()
    }

    private static func cells(_ row: Row, _ now: Int) -> [String] {
        let observation = row.observation
        let seen =
            observation == nil ? row.host.lastSeen.map { Duration.seconds(max(0, now - $0)).brief + " ago" } : "now"
        return [
            row.host.name.text, address(row.host), observation == nil ? "down" : "up",
            observation?.processors.map { "\($0)" } ?? "-", room(observation?.memory), room(observation?.disk),
            observation?.machines.map { "\($0)" } ?? "-", seen ?? "never",
            row.trouble ?? (observation?.hasVirtualisation == true ? "KVM" : "no KVM"),
        ]
    }

    private static func address(_ host: Host) -> String {
        if host.name.isLocal { return "-" }
        return host.destination + (host.memberAddress.map { " (members: \($0))" } ?? "")
    }

    private static func room(_ use: StorageUse?) -> String {
        use.map { "\(ByteSize.brief($0.free))/\(ByteSize.brief($0.total))" } ?? "-"
    }

    /// The same for programs.
    var data: Form { Form(hosts: rows.map(Form.Entry.init)) }

    struct Form: Encodable {
        struct Room: Encodable {
            var free: Int
            var total: Int
        }

        struct Entry: Encodable {
            var name: String
            var address: String?
            var memberAddress: String?
            var state: String
            var cpus: Int?
            var memory: Room?
            var disk: Room?
            var machines: Int?
            var kvm: Bool?
            var lastSeen: Timestamp?
            var message: String?

            init(_ row: Row) {
                name = row.host.name.text
                address = row.host.name.isLocal ? nil : row.host.destination
                memberAddress = row.host.memberAddress?.description
                state = row.observation == nil ? "down" : "up"
                cpus = row.observation?.processors
                memory = row.observation?.memory.map { Room(free: $0.free, total: $0.total) }
                disk = row.observation?.disk.map { Room(free: $0.free, total: $0.total) }
                machines = row.observation?.machines
                kvm = row.observation?.hasVirtualisation
                lastSeen = row.host.lastSeen.map(Timestamp.init)
                message = row.trouble
            }
        }

        var schemaVersion = JSONForm.version
        var hosts: [Entry]
    }
}
