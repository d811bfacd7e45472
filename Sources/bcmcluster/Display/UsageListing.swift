import Provisioning

/// What members and instances use, as two tables and as data.
struct UsageListing: Encodable {
    struct Processor: Encodable {
        /// Of one processor.
        var percent: Double?
        var cpus: Int?
    }

    struct Room: Encodable {
        var used: Int
        var total: Int?
    }

    struct Network: Encodable {
        /// Bytes since it was started.
        var received: Int
        var sent: Int
        var receivedPerSecond: Double?
        var sentPerSecond: Double?
    }

    /// What one of them uses.
    struct Use: Encodable {
        var cpu: Processor?
        var memory: Room?
        var disk: Room?
        var network: Network?

        init(_ use: MeasureUsage.Use) {
            if use.processorPercent != nil || use.processors != nil {
                cpu = Processor(percent: use.processorPercent.map(Self.tenths), cpus: use.processors)
            }
            memory = use.memory.map { Room(used: $0, total: use.memoryTotal) }
            disk = use.disk.map { Room(used: $0, total: use.diskTotal) }
            network = use.traffic.map {
                Network(
                    received: $0.received, sent: $0.sent, receivedPerSecond: use.receivedPerSecond.map(Self.tenths),
                    sentPerSecond: use.sentPerSecond.map(Self.tenths))
            }
        }

        private static func tenths(_ value: Double) -> Double { (value * 10).rounded() / 10 }

        /// CPU, MEMORY, DISK, and what comes in and goes out.
        var cells: [String] {
            [
                cpu?.percent.map { "\($0)%" } ?? "-", Self.text(memory), Self.text(disk),
                Self.rate(network?.receivedPerSecond), Self.rate(network?.sentPerSecond),
                network.map { ByteSize.brief($0.received) } ?? "-", network.map { ByteSize.brief($0.sent) } ?? "-",
            ]
        }

        static let columns: [TextTable.Column] = [
            "CPU", .init("MEMORY", 1), .init("DISK", 4), .init("RX/S", 2), .init("TX/S", 3), .init("RX", 6),
            .init("TX", 7),
        ]

        private static func text(_ room: Room?) -> String {
            guard let room else { return "-" }
            return ByteSize.brief(room.used) + (room.total.map { "/\(ByteSize.brief($0))" } ?? "")
        }

        private static func rate(_ bytes: Double?) -> String { bytes.map { ByteSize.brief(Int($0)) } ?? "-" }
    }

    struct Member: Encodable {
        var name: String
        var host: String
        var state: String
        var reachable: Bool
        var use: Use
    }

    struct Instance: Encodable {
        var name: String
        var project: String
        var unit: String?
        var member: String
        /// `container` or `vm`.
        var type: String
        var state: String
        var reachable: Bool
        var use: Use
    }

    var schemaVersion = JSONForm.version
    var cluster: String
    var time: Timestamp
    /// Over how many seconds it was measured.
    var seconds: Double
    var members: [Member]
    var instances: [Instance]
    /// Why nothing is known of instances.
    var error: ErrorDetails?

    init(_ cluster: ClusterName, _ report: MeasureUsage.Report, now: Int) {
        self.cluster = cluster.text
        time = Timestamp(now)
        seconds = (report.seconds * 1000).rounded() / 1000
        members = report.members.map { member in
            Member(
                name: member.name.text, host: member.host.text, state: StateWord.member(member.state),
                reachable: member.isReachable, use: Use(member.use))
        }
        instances = report.instances.map { found in
            let instance = found.instance
            return Instance(
                name: instance.name, project: instance.projectName, unit: instance.unit, member: instance.location,
                type: (Unit.Kind.allCases.first { $0.type == instance.type } ?? .container).rawValue,
                state: found.isReachable ? StateWord.instance(instance.stateLabel) : "unreachable",
                reachable: found.isReachable, use: Use(found.use))
        }
        error = report.problem.map(ErrorDetails.init)
    }

    /// The members, and below them the instances; no line is wider than that.
    func lines(width: Int) -> [String] {
        let above = members.map { [$0.name, $0.state] + $0.use.cells }
        var lines = TextTable.lines(["MEMBER", .init("STATE", 5)] + Use.columns, above, width: width)
        if !instances.isEmpty {
            let below = instances.map { [$0.name, $0.state, $0.member, $0.unit ?? "-"] + $0.use.cells }
            let columns: [TextTable.Column] = ["INSTANCE", .init("STATE", 5), .init("MEMBER", 6), .init("UNIT", 8)]
            lines += [""] + TextTable.lines(columns + Use.columns, below, width: width)
        }
        return lines
    }
}
