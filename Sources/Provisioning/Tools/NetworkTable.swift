/// The rules for a cluster's traffic on one host: an nftables table of its own.
package struct NetworkTable: Sendable, Equatable {
    /// A VXLAN network, whose packets are taken from the cluster's other hosts alone.
    package struct Tunnel: Sendable, Equatable {
        package var port: Int
        /// The network's number, 24 bits.
        package var network: Int
        /// The other hosts.
        package var peers: [IPv4]

        package init(port: Int, network: Int, peers: [IPv4]) {
            self.port = port
            self.network = network
            self.peers = peers
        }
    }

    /// A port of the host that leads to a member's API.
    package struct PortForward: Sendable, Equatable {
        /// The host's address.
        package var address: IPv4
        /// The host's port.
        package var port: Int
        /// The member's address.
        package var member: IPv4
        /// The port of the member's API.
        package var memberPort: Int

        package init(address: IPv4, port: Int, member: IPv4, memberPort: Int) {
            self.address = address
            self.port = port
            self.member = member
            self.memberPort = memberPort
        }

        /// The rule, as nftables prints it too.
        package var rule: String { "ip daddr \(address) tcp dport \(port) dnat to \(member):\(memberPort)" }
    }

    /// The table's name.
    package var name: String
    /// The machines' subnet, which is hidden behind the host's own addresses.
    package var subnet: Subnet
    /// The network of a cluster that is spread over hosts.
    package var tunnel: Tunnel?
    /// How clients elsewhere get in.
    package var portForward: PortForward?

    package init(name: String, subnet: Subnet, tunnel: Tunnel? = nil, portForward: PortForward? = nil) {
        self.name = name
        self.subnet = subnet
        self.tunnel = tunnel
        self.portForward = portForward
    }

    /// What `nft -f` reads.
    ///
    /// What machines send to a group stays on their bridge, and keeps its sender: where the kernel shows bridged frames to
    /// netfilter (`bridge-nf-call-iptables`), one that were hidden behind the host would have every machine's VXLAN learn the
    /// host for its peer. It is not tracked either, since a connection that was hidden once stays so while it is in use.
    ///
    /// A VXLAN packet has the network's number 12 bytes behind the beginning of its UDP header (RFC 7348, section 5).
    var text: String {
        var chains = [
            Self.chain(
                "postrouting", "nat", "srcnat",
                "ip saddr \(subnet) ip daddr != { \(subnet), \(Subnet.multicast) } masquerade"),
            Self.chain(
                "prerouting", "filter", "raw", "ip saddr \(subnet) ip daddr \(Subnet.multicast) notrack",
                name: "multicast"),
        ]
        if let tunnel {
            let peers = tunnel.peers.map(\.description).joined(separator: ", ")
            let ours = "udp dport \(tunnel.port) @th,96,24 \(tunnel.network)"
            let rule = peers.isEmpty ? "\(ours) drop" : "\(ours) ip saddr != { \(peers) } drop"
            chains.append(Self.chain("input", "filter", "filter", rule))
        }
        if let portForward { chains.append(Self.chain("prerouting", "nat", "dstnat", portForward.rule)) }
        return "table ip \(name)\ndelete table ip \(name)\ntable ip \(name) {\n\(chains.joined())}\n"
    }

    /// The names of the chains that nftables prints otherwise than the table says, in alphabetical order.
    func differingChains(in listing: String) -> [String] {
        let (wanted, present) = (Self.chains(in: text), Self.chains(in: listing))
        return Set(wanted.keys).union(present.keys).filter { wanted[$0] != present[$0] }.sorted()
    }

    /// The rules of each chain in a text, in one form for what `nft -f` reads and what `nft list` prints.
    private static func chains(in text: String) -> [String: [[String]]] {
        var chains: [String: [[String]]] = [:]
        var chain: String?
        for line in text.split(separator: "\n").map(\.trimmed) where !line.isEmpty {
            let words = line.split(separator: " ").map(String.init)
            if words.count == 3, words[0] == "chain", words[2] == "{" {
                chain = words[1]
                chains[words[1]] = []
            } else if line == "}" {
                chain = nil
            } else if let chain {
                chains[chain]?.append(normalized(line))
            }
        }
        return chains
    }

    /// The words of a rule in an order of their own: nftables sorts what is in braces, leaves braces out around one
    /// address, prints numbers in base 16, and priorities by name or by number.
    private static func normalized(_ rule: String) -> [String] {
        let statements = rule.split(separator: ";").map { statement -> Substring in
            guard let priority = statement.firstRange(of: " priority ") else { return statement }
            return statement[..<priority.lowerBound]
        }
        let separators: Set<Character> = [" ", "\t", ",", "{", "}", "\""]
        let words: [String] = statements.flatMap { statement in
            statement.split { separators.contains($0) }.map(String.init)
        }
        return words.map(decimal).sorted()
    }

    private static func decimal(_ word: String) -> String {
        guard word.hasPrefix("0x"), let number = Int(word.dropFirst(2), radix: 16) else { return word }
        return "\(number)"
    }

    private static func chain(
        _ hook: String, _ type: String, _ priority: String, _ rule: String, name: String? = nil
    ) -> String {
        """
            chain \(name ?? hook) {
                type \(type) hook \(hook) priority \(priority); policy accept;
                \(rule)
            }

        """
    }
}
