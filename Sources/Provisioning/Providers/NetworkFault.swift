/// Something that a cluster's machines share on their host and that is not as it should be.
package struct NetworkFault: Sendable, Equatable {
    package enum Kind: Sendable, Equatable {
        /// No note on the host says that the subnet is this cluster's.
        case claim
        /// The bridge is missing, off, or without its address.
        case bridge(String)
        /// Machines whose veth interface on the host is not on the bridge.
        case cables([MemberName])
        /// The interface to the cluster's other hosts is missing, or does not lead to all of them.
        case tunnel(String)
        /// Members whose interfaces into networks of units are missing, or do not lead to all other members.
        case links([MemberName])
        /// The firewall table; the chains that have lost rules, or none where the table is missing.
        case rules(String, chains: [String])
        /// The chains of the host's firewalls that drop the cluster's traffic, and lack the rules that accept it.
        case firewall([String])
        /// The interfaces by which nothing is forwarded.
        case forwarding([String])
        /// Limits of the kernel that are too low for so many members, as after a reboot.
        case limits([LowLimit])
    }

    /// The host; `nil` where the cluster is on this machine alone.
    package var host: HostName?
    package var kind: Kind

    package init(_ kind: Kind, on host: HostName? = nil) {
        self.host = host
        self.kind = kind
    }

    /// What is the matter, without a full stop.
    package var sentence: String { words + (host.map { ", on host \($0)" } ?? "") }

    private var words: String {
        switch kind {
        case .claim: "the note that claims the cluster's subnet is missing"
        case .bridge(let name): "the bridge \(name) is missing or off: the members do not reach each other"
        case .cables(let members):
            members.count == 1
                ? "the veth interface of \(members[0]) is not attached to the bridge"
                : "the veth interfaces of \(members.map(\.text).joined(separator: ", ")) are not attached to the bridge"
        case .tunnel(let name):
            "the VXLAN interface \(name) is missing or incomplete: members on different hosts do not reach each other"
        case .links(let members):
            "the interfaces of \(members.map(\.text).joined(separator: ", ")) into networks of units are missing or incomplete"
        case .rules(let table, let chains):
            chains.isEmpty
                ? "the firewall table \(table) is missing: the members do not reach the outside"
                : "the firewall table \(table) has lost rules (\(chains.joined(separator: ", ")))"
        case .firewall(let chains):
            "the host's firewall drops the cluster's traffic (\(chains.joined(separator: ", "))): members may reach neither each other nor the outside"
        case .forwarding(let interfaces):
            "forwarding is off on \(interfaces.joined(separator: ", ")): the members do not reach the outside"
        case .limits(let low):
            "kernel limits are too low for the members: "
                + low.map { "\($0.limit.rawValue) is \($0.value), and \($0.needed) is needed" }.joined(separator: "; ")
        }
    }

    /// A word for programs, which does not change.
    package var code: String {
        switch kind {
        case .claim: "subnet-unclaimed"
        case .bridge: "bridge-missing"
        case .cables: "veth-detached"
        case .tunnel: "tunnel-broken"
        case .links: "network-links-missing"
        case .rules: "firewall-rules-missing"
        case .firewall: "firewall-drops"
        case .forwarding: "forwarding-off"
        case .limits: "limits-too-low"
        }
    }

    /// Whether it keeps members from reaching each other.
    package var separatesMembers: Bool {
        switch kind {
        case .bridge, .cables, .tunnel, .firewall: true
        case .claim, .links, .rules, .forwarding, .limits: false
        }
    }
}
