/// A member's encrypted way to all others: one WireGuard interface for each cluster, over which go the networks that are to be
/// encrypted.
///
/// Members are known inside by link-local addresses (RFC 3927), to which no route of a host's leads elsewhere.
package struct MemberMesh: Sendable, Equatable {
    /// The UDP port at which members hear each other.
    package static let port = 51871
    /// The folder of the private keys, on machines of which each is one member.
    static let keys = "\(StateCopy.hostFolder)/networks"
    /// The members' addresses inside; the half in which no cloud has its own (169.254.169.254 is number 10,750 of it).
    private static let range = Subnet(IPv4(bits: 0xA9FE_8000), prefix: 17)

    /// The identifier of the cluster.
    let cluster: String
    /// The file of the private key.
    let key: String
    /// The member's own address inside.
    let inside: IPv4
    /// The other members.
    let peers: Set<WireGuard.Peer>
    /// The addresses inside of members whose keys nobody knows at the moment: what is there of them stays.
    let unasked: Set<IPv4>
    /// The largest packet inside.
    let packetSize: Int

    /// A member by its number in the cluster, where packets between members have that size at most.
    init(cluster: String, index: Int, key: String, peers: Set<WireGuard.Peer>, unasked: Set<IPv4> = [], outerSize: Int)
    {
        self.unasked = unasked
        self.cluster = cluster
        self.key = key
        inside = Self.inside(index)
        self.peers = peers
        packetSize = Self.packetSize(over: outerSize)
    }

    /// The interface's name.
    static func name(_ cluster: String) -> String { "w\(cluster)" }
    private var name: String { Self.name(cluster) }
    /// The file of the private key, on a machine that is one member.
    static func key(_ cluster: String) -> String { "\(keys)/\(cluster).key" }
    /// The address inside of the member with that number.
    static func inside(_ index: Int) -> IPv4 { range.address(index + 1) }
    /// The largest packet inside, where packets between members have that size at most.
    static func packetSize(over outer: Int) -> Int { outer - WireGuard.overhead }

    private var address: String { "\(inside)/\(Self.range.prefix)" }
    private var settings: [String] {
        WireGuard.settings(name, key: key, port: Self.port, peers)
    }

    /// What makes it when the machine starts; where the kernel has no such interfaces, a daemon does.
    var commands: [String] {
        [
            "ip link add \(name) type wireguard", "wireguard-go \(name)",
            "wg \(settings.joined(separator: " "))", "ip address replace \(address) dev \(name)",
            "ip link set \(name) mtu \(packetSize) up",
        ]
    }

    /// Whether it is there as it should be.
    func isThere(_ runner: any CommandRunner) async throws -> Bool {
        async let links = IP(runner).links()
        async let known = WireGuard(runner).peers(of: name)
        guard let link = try await links[name], link.isUp, link.addresses.contains(inside) else { return false }
        // WireGuard itself follows a peer that sends from elsewhere.
        func identities(_ peers: Set<WireGuard.Peer>) -> [IPv4: String] {
            peers.reduce(into: [:]) { if !unasked.contains($1.inside) { $0[$1.inside] = $1.publicKey } }
        }
        return try await identities(known) == identities(peers)
    }

    /// Makes it, or makes it so; the key is there.
    func put(_ runner: any CommandRunner) async throws {
        let tool = WireGuard(runner)
        if try await IP(runner).links()[name] == nil { try await tool.add(name) }
        let gone = try await tool.peers(of: name).filter { known in
            !unasked.contains(known.inside) && !peers.contains { $0.publicKey == known.publicKey }
        }.map(\.publicKey)
        try await tool.set(name, key: key, port: Self.port, peers, without: gone)
        try await IP(runner).batch([
            "address replace \(address) dev \(name)", "link set \(name) mtu \(packetSize) up",
        ])
    }
}
