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

/// One end of a proxy device, such as `tcp:0.0.0.0:80-82,90`.
struct ProxyEnd: Sendable, Equatable {
    var transport: Unit.Port.TransportProtocol
    /// Without brackets.
    var address: String
    var ranges: [ClosedRange<Int>]

    /// `nil` for sockets of files, and for what is none.
    init?(_ text: String) {
        guard let first = text.firstIndex(of: ":"), let last = text.lastIndex(of: ":"), first < last,
            let transport = Unit.Port.TransportProtocol(rawValue: String(text[..<first]))
        else { return nil }
        self.transport = transport
        let host = String(text[text.index(after: first)..<last])
        let bare = host.hasPrefix("[") && host.hasSuffix("]") ? String(host.dropFirst().dropLast()) : host
        address = IPv6(bare)?.text ?? bare
        ranges = text[text.index(after: last)...].split(separator: ",").compactMap { Self.range($0) }
    }

    /// `80`, or `80-82`.
    static func range(_ text: some StringProtocol) -> ClosedRange<Int>? {
        let parts = text.split(separator: "-", omittingEmptySubsequences: false)
        let ends = parts.compactMap { part in Int(part).flatMap { String($0) == part ? $0 : nil } }
        guard 1...2 ~= parts.count, ends.count == parts.count, let low = ends.first, let high = ends.last, low <= high,
            1 <= low, high <= 65_535
        else { return nil }
        return low...high
    }
}
