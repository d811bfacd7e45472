/// How a network of units gets from one member to the next, as keys of its configuration.
package enum NetworkTransport: Sendable, Equatable {
    /// The engine's own tunnel, by multicast on the members' Ethernet, whose packets have that size at most.
    case multicast(packetSize: Int)
    /// An interface of our own on each member, with the other members' addresses; packets between members have that size at
    /// most. Encrypted, it goes through WireGuard.
    case links(cluster: String, packetSize: Int, isEncrypted: Bool = false)

    /// The network's number, where the interface is our own: the engine lists no member's keys among those of all.
    static let numberKey = "user.bcm.vxlan"
    /// Stands on a network that is encrypted between members.
    static let encryptionKey = "user.bcm.encrypted"
    /// The packet size that the engine chooses for a bridge with tunnels, and allows at most (LXD 5.0.2 to 6.9).
    static let tunnelPacketSize = 1400
    /// What is left of 1500 bytes inside of an interface of our own.
    static let linkPacketSize = 1500 - MemberLink.overhead

    /// The keys that all members share.
    func keys(number: Int) -> [String: String] {
        switch self {
        case .multicast(let packetSize):
            let inside = packetSize - MemberLink.overhead
            return ["tunnel.mesh.protocol": "vxlan", "tunnel.mesh.id": "\(number)"]
                .merging(inside < Self.tunnelPacketSize ? ["bridge.mtu": "\(inside)"] : [:]) { $1 }
        case .links(_, let packetSize, let isEncrypted):
            let outer = isEncrypted ? MemberMesh.packetSize(over: packetSize) : packetSize
            return [
                // The engine gives each member another MAC where the bridge has further interfaces.
                "bridge.hwaddr": Self.hardwareAddress(number), "bridge.mtu": "\(outer - MemberLink.overhead)",
                Self.numberKey: "\(number)",
            ].merging(isEncrypted ? [Self.encryptionKey: "true"] : [:]) { $1 }
        }
    }

    /// The keys that each member has for itself.
    func memberKeys(number: Int) -> [String: String] {
        guard case .links(let cluster, _, _) = self else { return [:] }
        return [MemberLink.key: MemberLink.name(number, in: cluster)]
    }

    /// A locally administered address with the network's number in it.
    private static func hardwareAddress(_ number: Int) -> String {
        let octets = [2, 0x16, 0x3E, number >> 16 & 255, number >> 8 & 255, number & 255]
        return octets.map { ($0 < 16 ? "0" : "") + String($0, radix: 16) }.joined(separator: ":")
    }
}

extension MemberLink {
    /// The key with the interfaces that the engine puts on a network's bridge; a member's own.
    package static let key = "bridge.external_interfaces"
}

extension ListedNetwork {
    /// The network's number, where its members' interfaces are our own.
    var linkNumber: Int? { managed ? config?[NetworkTransport.numberKey].flatMap { Int($0) } : nil }
    /// Whether it is encrypted between members.
    var isEncrypted: Bool { config?[NetworkTransport.encryptionKey] == "true" }

    private var packetSize: Int? { config?["bridge.mtu"].flatMap { Int($0) } }

    /// How the network gets from one member to the next, where it does.
    func transport(of cluster: String) -> NetworkTransport? {
        if linkNumber != nil {
            let link = (packetSize ?? NetworkTransport.linkPacketSize) + MemberLink.overhead
            let lost = isEncrypted ? WireGuard.overhead : 0
            return .links(cluster: cluster, packetSize: link + lost, isEncrypted: isEncrypted)
        }
        guard config?["tunnel.mesh.id"] != nil else { return nil }
        return .multicast(packetSize: (packetSize ?? NetworkTransport.tunnelPacketSize) + MemberLink.overhead)
    }

    /// The interface of the member at that address into the network, and its peers; `nil` where the engine makes its own.
    func link(in cluster: String, at own: IPv4, peers: Set<IPv4>) -> MemberLink? {
        linkNumber.map {
            MemberLink(
                cluster: cluster, number: $0, bridge: name, own: own, peers: peers,
                packetSize: packetSize ?? NetworkTransport.linkPacketSize)
        }
    }
}

extension ClusterNetwork {
    /// The network's number, where its members' interfaces are our own.
    var linkNumber: Int? { config?[NetworkTransport.numberKey].flatMap { Int($0) } }
}
