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
    let prefix: Int
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
        guard let range = bridge?.address else {
            throw Failure(
                .conflict,
                "ports of virtual machines need a network of \(Engine.current.title)'s with IPv4, and \(name) is not one",
                hint: "leave interface out, or name one that \(ClusterClient.line("network list")) shows as managed")
        }
        network = name
        listen = try Self.listen(on: member, workloads)
        // Each member has a bridge of its own.
        let devices = workloads.instances.filter { $0.location == member }.flatMap {
            Array(($0.expandedDevices ?? $0.devices ?? [:]).values)
        }
        let used = taken.union(devices.compactMap { $0["ipv4.address"] })
        let present = present?.devices?["eth0"]?["ipv4.address"].flatMap(IPv4.init)
        let kept = present.flatMap { range.subnet.isForMachines($0) ? $0 : nil }
        guard let address = kept ?? range.others.first(where: { !used.contains($0.description) }) else {
            throw Failure(.conflict, "the network \(name) has no address left for \(unit.name)")
        }
        self.address = address.description
        gateway = range.address.description
        prefix = range.subnet.prefix
    }

    /// The address that a card has on a network of units.
    init(_ card: NetworkCard, on member: String, in workloads: Workloads) throws {
        network = card.network
        address = card.address.description
        prefix = card.range.subnet.prefix
        gateway = card.range.address.description
        listen = try Self.listen(on: member, workloads)
    }

    private static func listen(on member: String, _ workloads: Workloads) throws -> String {
        guard let host = workloads.members.first(where: { $0.name == member })?.address else {
            throw Failure(.conflict, "\(member) has no address that its cluster knows")
        }
        return host.description
    }

    /// Lines of `raw.lxc` by which a container has the address that asks for none: LXD's devices come by name, `eth0` first.
    var lxc: String { "lxc.net.0.ipv4.address = \(address)/\(prefix)\nlxc.net.0.ipv4.gateway = \(gateway)\n" }
}
