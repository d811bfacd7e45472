import Provisioning

#if canImport(FoundationEssentials)
    import FoundationEssentials
#else
    import Foundation
#endif

/// The instances of units, as a table and as data.
struct UnitListing: Encodable {
    struct Row: Encodable {
        var unit: String
        var name: String
        /// `container` or `vm`.
        var type: String
        var state: String
        /// What it has answered: `none` where its unit has no check.
        var health: String
        /// The answer of one that is unhealthy.
        var healthMessage: String?
        var member: String
        var host: String
        var ipv4: [String]
        var ports: [Port]
        /// What it was made from; `nil` where that is unknown.
        var image: Image?
        var volumes: [String]
        /// When it was last started.
        var since: Timestamp?
        /// Whether its member is online.
        var reachable: Bool
    }

    /// A port of a member that leads to one of an instance, or a range of them.
    struct Port: Encodable, Equatable {
        var `protocol`: String
        var member: String
        var address: String
        var listen: Int
        var target: Int
        /// How many ports there are, from these on.
        var count: Int
        /// Whether it is at all of the member's addresses.
        private var isEverywhere: Bool

        enum CodingKeys: String, CodingKey { case `protocol`, member, address, listen, target, count }

        init(_ port: PublishedPort, on member: String) {
            self.protocol = port.transport.rawValue
            self.member = member
            address = port.address
            listen = port.listen
            target = port.target
            count = port.count
            isEverywhere = port.isEverywhere
        }

        /// As the user reads it; what is said of no protocol is TCP.
        var text: String {
            let host = isEverywhere ? member : address.contains(":") ? "[\(address)]" : address
            return "\(host):\(range(listen))→\(range(target))" + (self.protocol == "tcp" ? "" : "/\(self.protocol)")
        }

        private func range(_ first: Int) -> String { count == 1 ? "\(first)" : "\(first)-\(first + count - 1)" }
    }

    struct Image: Encodable, Equatable {
        var fingerprint: String?
        /// The cluster's name for it.
        var alias: String?
        /// Where it came from, as the unit's file said.
        var source: String?

        /// `nil` where nothing is known.
        init?(_ instance: ClusterInstance, _ images: [ListedImage]) {
            fingerprint = instance.baseImage
            alias = images.first { $0.fingerprint == instance.baseImage }?.aliases?.map(\.name).min()
            source = instance.imageSource
            if fingerprint == nil && source == nil { return nil }
        }

        /// As the user reads it: the alias, or the beginning of the fingerprint.
        var text: String { alias ?? fingerprint.map { String($0.prefix(12)) } ?? source ?? "-" }
    }

    var schemaVersion = JSONForm.version
    var cluster: String
    var instances: [Row]

    init(
        _ cluster: ClusterName, _ workloads: Workloads, _ unit: UnitName?, images: [ListedImage] = [],
        health: [String: HealthAnswer] = [:], hostOf: (MemberName) -> String
    ) {
        self.cluster = cluster.text
        let ours = workloads.instances.compactMap { instance in instance.unit.map { ($0, instance) } }
            .filter { unit == nil || $0.0 == unit?.text }
            .sorted { $0.0 == $1.0 ? Workloads.order($0.1.unitName, $1.1.unitName) : $0.0 < $1.0 }
        instances = ours.map { unit, instance in
            let isThere = workloads.isInReach(instance)
            let member = MemberName(instance.location, of: cluster)
            let (word, answer) = Self.health(instance, health[instance.name])
            return Row(
                unit: unit, name: instance.name,
                type: (Unit.Kind.allCases.first { $0.type == instance.type } ?? .container).rawValue,
                state: isThere ? StateWord.instance(instance.stateLabel) : "unreachable", health: word,
                healthMessage: answer, member: instance.location,
                host: member.map(hostOf) ?? "-", ipv4: instance.addresses,
                ports: instance.publishedPorts.map { Port($0, on: instance.location) }, image: Image(instance, images),
                volumes: instance.volumes, since: isThere ? Self.seconds(instance).map(Timestamp.init) : nil,
                reachable: isThere)
        }
    }

    private static func health(_ instance: ClusterInstance, _ answer: HealthAnswer?) -> (String, String?) {
        guard instance.healthCheck != nil else { return ("none", nil) }
        return switch answer {
        case .healthy: ("healthy", nil)
        case .unhealthy(let why): ("unhealthy", why)
        case .unknown, nil: ("unknown", nil)
        }
    }

    private static func seconds(_ instance: ClusterInstance) -> Int? {
        guard instance.hasRun, let text = instance.lastUsed else { return nil }
        return RFC3339.date(text).flatMap { Int(exactly: $0.timeIntervalSince1970.rounded(.down)) }.flatMap {
            Bounds.times.contains($0) ? $0 : nil
        }
    }

    /// A table that is no wider than that.
    func text(width: Int, now: Int) -> String {
        let hasHealth = instances.contains { $0.health != "none" }
        let rows = instances.map { row in
            [row.unit, row.name, row.type, row.state] + (hasHealth ? [row.health == "none" ? "-" : row.health] : []) + [
                row.member, row.host, Self.list(row.ipv4),
                Self.list(row.ports.map(\.text)), row.image?.text ?? "-", Self.list(row.volumes),
                row.since.map { "\(Duration.seconds(max(0, now - $0.seconds)).rough) ago" } ?? "-",
            ]
        }
        // The name says the unit.
        let columns: [TextTable.Column] =
            [
                .init("UNIT", 3), "NAME", .init("TYPE", 8), "STATE",
            ] + (hasHealth ? ["HEALTH"] : []) + [
                .init("MEMBER", 1), .init("HOST", 7),
                .init("IPV4", wraps: true), .init("PORTS", 4, wraps: true), .init("IMAGE", 5),
                .init("VOLUMES", 6, wraps: true), .init("SINCE", 2),
            ]
        return TextTable.lines(columns, rows, width: width).map { $0 + "\n" }.joined()
    }

    private static func list(_ values: [String]) -> String { values.isEmpty ? "-" : values.joined(separator: ",") }
}

extension ClusterInstance {
    /// What it does, in the words of the commands: what LXD calls frozen is paused.
    var stateLabel: String { status == "Frozen" ? "paused" : status.lowercased() }
}
