/// How the machines of a cluster that is spread over hosts reach each other: one Ethernet over all hosts' bridges, by VXLAN.
///
/// Each host sends what has no known place to all others (head-end replication), learns from what comes, and takes such
/// packets from the cluster's hosts alone. LXD's own traffic is encrypted; between containers on a bridge of their own
/// nothing passes here.
struct NamespaceOverlay: Sendable, Equatable {
    /// IANA's port for VXLAN.
    static let port = 4789
    /// What is left of 1500 bytes for the packets inside.
    static let packetSize = 1450

    /// The number of this host in the cluster.
    let number: Int
    /// Where the other hosts reach this one.
    let own: IPv4
    /// Where this host reaches the others.
    let peers: [IPv4]
    /// The network's number, 24 bits that are the cluster's own.
    let network: Int

    /// The host's part; `nil` where the cluster is on one host alone.
    init?(_ state: ClusterState, on host: HostName) {
        guard let spread = state.spread, let entry = spread.first(where: { $0.host == host }) else { return nil }
        number = entry.number
        own = entry.address
        peers = spread.filter { $0.host != host }.map(\.address)
        network = max(1, Int(state.identifier.prefix(6), radix: 16) ?? 1)
    }
}
