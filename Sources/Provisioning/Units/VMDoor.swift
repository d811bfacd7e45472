/// How a port of a member leads into a virtual machine: LXD forwards packets there, to an address that has to be fixed.
///
/// LXD 5.0.2 wants the member's own address for it ("Cannot listen on wildcard address"), and a card with an address of the
/// bridge.
struct VMDoor: Sendable, Equatable {
    /// The bridge that the first card is on.
    let network: String
    /// The instance's address on it.
    let address: String
    /// The member's address.
    let listen: String

    /// The door of an instance on that member; one that is there keeps its address, a new one gets one that nobody has.
    init(
        of unit: Unit, on member: String, present: ClusterInstance?, in workloads: Workloads, without taken: Set<String>
    ) throws {
        let name = unit.interface ?? workloads.card ?? ""
        guard let bridge = workloads.networks.first(where: { $0.name == name }), bridge.managed,
            let range = bridge.config?["ipv4.address"], range.contains("/")
        else {
            throw Failure(
                .conflict, "ports of virtual machines need a network of LXD's with IPv4, and \(name) is none",
                remedy: "leave interface out, or name one that lxc network list shows as managed")
        }
        guard let url = workloads.members.first(where: { $0.name == member })?.url,
            let host = url.split(separator: "/").last?.split(separator: ":").first
        else { throw Failure(.conflict, "\(member) has no address that its cluster knows") }
        network = name
        listen = String(host)
        let used = taken.union(workloads.instances.compactMap { $0.expandedDevices?["eth0"]?["ipv4.address"] })
        let own = present?.devices?["eth0"]?["ipv4.address"]
        guard let address = own ?? Self.address(in: range, besides: used) else {
            throw Failure(.conflict, "the network \(name) has no address left for \(unit.name)")
        }
        self.address = address
    }

    /// The highest address of the network that is neither the bridge's nor used; `nil` where there is none.
    private static func address(in range: String, besides used: Set<String>) -> String? {
        let parts = range.split(separator: "/")
        guard parts.count == 2, let own = IPv4(String(parts[0])), let length = UInt32(parts[1]), 8...30 ~= length else {
            return nil
        }
        let size: UInt32 = 1 << (32 - length)
        let first = own.bits & ~(size - 1)
        for bits in (first + 1..<first + size - 1).reversed() where bits != own.bits {
            let address = IPv4(bits: bits).description
            if !used.contains(address) { return address }
        }
        return nil
    }
}
