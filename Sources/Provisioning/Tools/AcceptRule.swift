/// A rule that accepts a part of a cluster's traffic, to be put into a firewall's chain in its own language.
package struct AcceptRule: Sendable, Equatable {
    /// The way of a packet: into the host, through it, or out of it.
    package enum Hook: String, Sendable, CaseIterable { case input, forward, output }

    /// A port of the receiver.
    package struct Port: Sendable, Equatable {
        /// `tcp` or `udp`.
        package var kind: String
        package var number: Int
    }

    package var hook: Hook
    /// What it is for, in a word or two that no other rule of the cluster has: the rest of its comment.
    package var purpose: String
    /// The interface by which packets come in.
    package var from: String?
    /// The interface by which packets leave.
    package var to: String?
    package var source: IPv4?
    package var destination: IPv4?
    package var port: Port?
    /// Whether it accepts only what answers.
    package var isReply = false

    package init(
        _ hook: Hook, _ purpose: String, from: String? = nil, to: String? = nil, source: IPv4? = nil,
        destination: IPv4? = nil, port: Port? = nil, isReply: Bool = false
    ) {
        self.hook = hook
        self.purpose = purpose
        self.from = from
        self.to = to
        self.source = source
        self.destination = destination
        self.port = port
        self.isReply = isReply
    }

    /// The words for iptables.
    func arguments(comment: String) -> [String] {
        var words = (from.map { ["-i", $0] } ?? []) + (to.map { ["-o", $0] } ?? [])
        words += (source.map { ["-s", "\($0)"] } ?? []) + (destination.map { ["-d", "\($0)"] } ?? [])
        if let port { words += ["-p", port.kind, "-m", port.kind, "--dport", "\(port.number)"] }
        if isReply { words += ["-m", "conntrack", "--ctstate", "RELATED,ESTABLISHED"] }
        return words + ["-m", "comment", "--comment", comment, "-j", "ACCEPT"]
    }

    /// The rule as libnftables reads it (libnftables-json(5)).
    var expressions: [NFTExpression] {
        var expressions: [NFTExpression] = []
        if let from { expressions.append(.equals(.meta("iifname"), from)) }
        if let to { expressions.append(.equals(.meta("oifname"), to)) }
        if let source { expressions.append(.equals(.payload("ip", "saddr"), "\(source)")) }
        if let destination { expressions.append(.equals(.payload("ip", "daddr"), "\(destination)")) }
        if let port { expressions.append(.equals(.payload(port.kind, "dport"), "\(port.number)")) }
        if isReply { expressions.append(.isReply) }
        return expressions + [.accept]
    }
}

/// A part of a rule of nftables.
enum NFTExpression: Encodable, Equatable {
    /// What a rule looks at.
    enum Field: Encodable, Equatable {
        case meta(String)
        case payload(String, String)

        private enum CodingKeys: String, CodingKey { case meta, payload }

        func encode(to encoder: any Encoder) throws {
            var container = encoder.container(keyedBy: CodingKeys.self)
            switch self {
            case .meta(let key): try container.encode(["key": key], forKey: .meta)
            case .payload(let name, let field):
                try container.encode(["protocol": name, "field": field], forKey: .payload)
            }
        }
    }

    case equals(Field, String)
    /// Of a connection that exists.
    case isReply
    case accept

    private struct Match<Left: Encodable, Right: Encodable>: Encodable {
        let op: String
        let left: Left
        let right: Right
    }

    private enum CodingKeys: String, CodingKey { case match, accept }

    func encode(to encoder: any Encoder) throws {
        var container = encoder.container(keyedBy: CodingKeys.self)
        switch self {
        case .equals(let field, let value):
            try container.encode(Match(op: "==", left: field, right: value), forKey: .match)
        case .isReply:
            let state = ["ct": ["key": "state"]]
            try container.encode(Match(op: "in", left: state, right: ["established", "related"]), forKey: .match)
        case .accept: try container.encodeNil(forKey: .accept)
        }
    }
}
