/// A network of units as it is to be on all members, as values that the engine takes.
///
/// One bridge on each member, which VXLAN joins to one Ethernet; the same address and MAC on each, so that the way out is
/// always the instance's own member. DHCP gives what the instances' cards say, and nothing besides: every member's server
/// hears every question. From outside nothing gets in; the members themselves do, for health checks.
package struct UnitNetwork: Sendable, Equatable {
    /// The domain of the names that it answers for.
    package static let domain = "bcm"

    package let name: String
    /// The members' address on it, and its range.
    package let range: NetworkAddress
    /// The units on it, once the run is over.
    package let units: Set<String>
    /// The number of its tunnel, 24 bits.
    let tunnel: Int
    /// Who is called what.
    let names: NetworkNames
    /// The ports of instances to which packets come from outside: those of virtual machines; to containers no packet does.
    var openPorts: Set<AccessRules.OpenPort> = []
    /// How it gets from one member to the next.
    var transport = NetworkTransport.multicast(packetSize: 1500)

    /// The access rules of the network, which are called as it is.
    var access: AccessRules {
        AccessRules(
            name: Self.accessName(name), network: name, gateway: range.address,
            openPorts: openPorts.sorted { $0.text < $1.text })
    }

    static func accessName(_ network: String) -> String { "bcm-\(network)" }

    /// The keys that bcmcluster decides about; others are the user's.
    var keys: [String: String] {
        let dynamic = AddressPool.dynamic(in: range)
        return [
            "ipv4.address": "\(range.address)/\(range.subnet.prefix)", "ipv4.nat": "true", "ipv6.address": "none",
            "ipv4.dhcp.ranges": "\(dynamic)-\(dynamic)", "dns.domain": Self.domain, Self.namesKey: names.configuration,
            "security.acls": access.name,
            "security.acls.default.ingress.action": "drop", "security.acls.default.egress.action": "allow",
            UnitMark.unit: units.sorted().joined(separator: ","),
            UnitMark.openPorts: openPorts.map(\.text).sorted().joined(separator: ","),
        ].merging(transport.keys(number: tunnel)) { $1 }
    }

    /// The key with the lines for dnsmasq.
    static let namesKey = "raw.dnsmasq"
    /// The keys that change while instances come and go, and cut nobody off.
    static let livelyKeys: Set = [namesKey, UnitMark.unit, UnitMark.openPorts]

    /// The most bytes of a key that goes as a command's argument; Linux takes 128 KiB of one.
    private static let longest = 100_000

    /// Whether a key is too long for a command's argument.
    var isLong: Bool { keys.values.contains { $0.utf8.count > Self.longest } }

    /// The keys that it is made with: from its first moment on, DHCP gives nothing of its own accord, else addresses are wrong
    /// later.
    var creation: [String] {
        var keys = keys
        if isLong { keys[Self.namesKey] = NetworkNames().configuration }
        return keys.filter { !$0.value.isEmpty }.sorted { $0.key < $1.key }.map { "\($0.key)=\($0.value)" }
    }

    /// The keys that each member has for itself.
    var memberKeys: [String] {
        transport.memberKeys(number: tunnel).sorted { $0.key < $1.key }.map { "\($0.key)=\($0.value)" }
    }

    /// The network as the engine will list it.
    var listed: ListedNetwork {
        ListedNetwork(
            name: name, managed: true, type: "bridge", config: keys.filter { !$0.value.isEmpty }, usedBy: [],
            status: "Created")
    }

    /// What is not as it should be, by key.
    func differences(from network: ListedNetwork) -> [String: String] {
        keys.filter { network.config?[$0.key] ?? "" != $0.value }
    }

    /// The number of the tunnel of a new network: its own by the cluster and its name, and none that another has.
    static func tunnel(of network: String, in cluster: String, besides others: [ListedNetwork]) -> Int {
        let taken = Set(others.compactMap { $0.tunnel.map { "\($0)" } })
        var number = Int("\(cluster)/\(network)".stableHash % 0xFFFFFF)
        while taken.contains("\(number + 1)") { number = (number + 1) % 0xFFFFFF }
        return number + 1
    }
}

/// Who is called what on a network: `web-2.web.bcm`, `web-2.bcm` and `web-2` for an instance, `web.bcm` and `web` for all of
/// a unit.
struct NetworkNames: Sendable, Equatable {
    /// The instances on the network: the unit and the address of each, by name.
    var instances: [String: Entry] = [:]
    /// Units on other networks of its instances, which ask this one for names: each with the address that answers for it.
    var others: [String: IPv4] = [:]

    struct Entry: Sendable, Equatable {
        var unit: String
        var address: IPv4
    }

    /// The lines for dnsmasq: whom it does not know gets no address.
    ///
    /// An instance has its name also where a unit is called the same.
    var configuration: String {
        let domain = UnitNetwork.domain
        let entries = instances.sorted { Workloads.order($0.key, $1.key) }
        let own = entries.map { name, entry in
            "host-record=\(name).\(entry.unit).\(domain),\(name).\(domain),\(name),\(entry.address)"
        }
        let all = entries.filter { instances[$0.value.unit] == nil }.map { _, entry in
            "host-record=\(entry.unit).\(domain),\(entry.unit),\(entry.address)"
        }
        let further = others.sorted { $0.key < $1.key }.flatMap { unit, server in
            ["server=/\(unit)/\(server)", "server=/\(unit).\(domain)/\(server)"]
        }
        return (["dhcp-ignore=tag:!known"] + own + all + further).joined(separator: "\n")
    }

    /// How the names differ from the lines that a network has, in words.
    func changes(from configuration: String?) -> String {
        let present = Set((configuration ?? "").split(separator: "\n").compactMap(Self.instance))
        let wanted = Set(instances.keys)
        let signs = [("+", wanted.subtracting(present)), ("-", present.subtracting(wanted))]
        let words = signs.flatMap { sign, names in names.sorted(by: Workloads.order).map { sign + $0 } }
        return words.isEmpty
            ? "" : "names: \(words.count > 6 ? "\(words.count) changes" : words.joined(separator: " "))"
    }

    /// The instance of a line; `nil` for that of a unit.
    private static func instance(_ line: Substring) -> String? {
        let parts = line.dropFirst("host-record=".count).split(separator: ",")
        return line.hasPrefix("host-record=") && parts.count == 4 ? String(parts[2]) : nil
    }
}

extension String {
    /// A number that is the same at each run: FNV-1a, 32 bits.
    var stableHash: UInt32 { utf8.reduce(2_166_136_261) { ($0 ^ UInt32($1)) &* 16_777_619 } }
}
