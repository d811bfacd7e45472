/// One port of a member, at one of its addresses or at all of them.
package struct MemberPort: Sendable, Hashable, Comparable {
    package var transport: Unit.Port.TransportProtocol
    package var number: Int
    /// The member's address; `nil` is all of them, of IPv6 too.
    package var address: String?

    package init(_ transport: Unit.Port.TransportProtocol, _ number: Int, at address: String? = nil) {
        self.transport = transport
        self.number = number
        self.address = address == IPv6.any || address == "0.0.0.0" ? nil : address
    }

    /// The same port at all addresses.
    var everywhere: MemberPort { MemberPort(transport, number) }

    /// As a sentence has it: `tcp 8080`, or `tcp 127.0.0.1:8080`.
    var text: String { "\(transport.rawValue) \(address.map { "\(Self.host($0)):" } ?? "")\(number)" }

    /// An address as it stands before a port: one of IPv6 in brackets.
    static func host(_ address: String) -> String { address.contains(":") ? "[\(address)]" : address }

    /// Whether no two can listen on both: at all addresses and at one of them too.
    func conflicts(with other: MemberPort) -> Bool {
        transport == other.transport && number == other.number
            && (address == nil || other.address == nil || address == other.address)
    }

    package static func < (one: MemberPort, other: MemberPort) -> Bool {
        (one.transport.rawValue, one.number, one.address ?? "")
            < (other.transport.rawValue, other.number, other.address ?? "")
    }
}

extension Set<MemberPort> {
    /// The first of those ports that nobody can have beside these.
    func conflict(among wanted: [MemberPort]) -> MemberPort? {
        if isEmpty { return nil }
        // Few ports are at one address alone.
        let special = filter { $0.address != nil }
        return wanted.first { port in
            contains(port) || contains(port.everywhere)
                || port.address == nil && special.contains { $0.conflicts(with: port) }
        }
    }
}

extension Unit.Port {
    /// The member's ports, one by one.
    package var members: [MemberPort] { range.map { MemberPort(transport, $0, at: address) } }

    /// The member's ports.
    var range: ClosedRange<Int> { listen...listen + count - 1 }

    /// The instance's ports.
    var targets: ClosedRange<Int> { target...target + count - 1 }

    /// One port, or the ends of a range, as LXD takes it: `8000-8010`.
    static func text(_ range: ClosedRange<Int>) -> String {
        range.count == 1 ? "\(range.lowerBound)" : "\(range.lowerBound)-\(range.upperBound)"
    }

    /// The name of its device; no two of a unit are called alike.
    var device: String {
        let place = address.map { "-on-\($0.replacing(":", with: "."))" } ?? ""
        return "port-\(transport.rawValue)-\(Self.text(range))\(place)"
    }
}

extension ClusterInstance {
    /// The ports of its member that it listens on: `tcp 8080` for `tcp:0.0.0.0:8080`, and several for `8080-8090`.
    var ports: Set<MemberPort> {
        var ports: Set<MemberPort> = []
        for device in (expandedDevices ?? [:]).values {
            guard device["type"] == "proxy", device["bind"] ?? "host" != "instance",
                let listen = device["listen"].flatMap(ProxyEnd.init)
            else { continue }
            for range in listen.ranges {
                ports.formUnion(range.map { MemberPort(listen.transport, $0, at: listen.address) })
            }
        }
        return ports
    }
}
