/// The address of an instance that has to have a fixed one: a virtual machine with ports, since LXD forwards packets to it,
/// or what runs without a DHCP client.
///
/// For the ports LXD 5.0.2 wants the member's own address ("Cannot listen on wildcard address"), and a card with an address
/// of the bridge.
struct FixedAddress: Sendable, Equatable {
    /// The bridge that the first card is on.
    let network: String
    /// The instance's address on it.
    let address: String
    /// The length of the prefix of the bridge's network.
    let prefix: String
    /// The bridge's own address, which leads out.
    let gateway: String
    /// The member's address.
    let listen: String

    /// The address of an instance on that member; one that is there keeps its own, a new one gets one that nobody has.
    init(
        of unit: Unit, on member: String, present: ClusterInstance?, in workloads: Workloads, without taken: Set<String>
    ) throws {
        let name = unit.interface ?? workloads.card ?? ""
        let bridge = workloads.networks.first { $0.name == name && $0.managed }
        // The unit's own network is as its file says once it is used.
        let own = unit.networks.first { $0.name == name }?.address
        guard let range = own ?? bridge?.config?["ipv4.address"], range.contains("/") else {
            throw Failure(
                .conflict, "ports of virtual machines need a network of LXD's with IPv4, and \(name) is none",
                remedy: "leave interface out, or name one that lxc network list shows as managed")
        }
        guard let host = workloads.members.first(where: { $0.name == member })?.address else {
            throw Failure(.conflict, "\(member) has no address that its cluster knows")
        }
        network = name
        listen = host.description
        // Each member has a bridge of its own.
        let devices = workloads.instances.filter { $0.location == member }.flatMap {
            Array(($0.expandedDevices ?? $0.devices ?? [:]).values)
        }
        let used = taken.union(devices.compactMap { $0["ipv4.address"] })
        let present = present?.devices?["eth0"]?["ipv4.address"]
        let (bridgeAddress, addresses) = Self.addresses(in: range)
        let kept = present.flatMap(IPv4.init).flatMap { addresses.contains($0.bits) ? $0.description : nil }
        let free = addresses.reversed().lazy.filter { $0 != bridgeAddress }.map { IPv4(bits: $0).description }
            .first { !used.contains($0) }
        guard let address = kept ?? free else {
            throw Failure(.conflict, "the network \(name) has no address left for \(unit.name)")
        }
        self.address = address
        gateway = IPv4(bits: bridgeAddress).description
        prefix = range.split(separator: "/").last.map(String.init) ?? "24"
    }

    /// The bridge's own address, and those that a network has for hosts; none where it is too small.
    private static func addresses(in range: String) -> (own: UInt32, all: Range<UInt32>) {
        let parts = range.split(separator: "/")
        guard parts.count == 2, let own = IPv4(String(parts[0]))?.bits, let length = UInt32(parts[1]), 8...30 ~= length
        else { return (0, 0..<0) }
        let size: UInt32 = 1 << (32 - length)
        let first = own & ~(size - 1)
        return (own, first + 1..<first + size - 1)
    }

    /// Lines of `raw.lxc` by which a container has the address that asks for none: LXD's devices come by name, `eth0` first.
    var lxc: String { "lxc.net.0.ipv4.address = \(address)/\(prefix)\nlxc.net.0.ipv4.gateway = \(gateway)\n" }
}
