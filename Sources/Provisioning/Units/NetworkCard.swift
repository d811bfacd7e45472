/// A card of an instance on a network of units, with the address that it has there.
struct NetworkCard: Sendable, Equatable {
    /// The interface in the instance: `eth0`.
    let interface: String
    let network: String
    let address: IPv4
    /// The members' address on the network, which leads out and answers for names, and its range.
    let range: NetworkAddress

    /// The device's name: the first card takes the place of the profile's.
    var name: String { interface == "eth0" ? interface : "net-\(network)" }

    /// The device as the engine has it.
    var device: ClusterInstance.Device {
        [
            "type": "nic", "name": interface, "network": network, "ipv4.address": address.description,
            "hwaddr": hardwareAddress,
        ]
    }

    /// The card's own address, which goes by that on the network: who has an address after another is found at once, and not
    /// when its neighbours have forgotten the other.
    private var hardwareAddress: String {
        let octets = [24, 16, 8, 0].map { shift in
            let octet = String(address.bits >> shift & 255, radix: 16)
            return octet.utf8.count == 1 ? "0\(octet)" : octet
        }
        return (["02", "bc"] + octets).joined(separator: ":")
    }
}

extension [NetworkCard] {
    /// Lines of `raw.lxc` by which a container has addresses that asks for none; devices come in the order of their names, and
    /// the first card leads out.
    var lxc: String {
        sorted { $0.name < $1.name }.enumerated().map { place, card in
            let address = "lxc.net.\(place).ipv4.address = \(card.address)/\(card.range.subnet.prefix)\n"
            return card.interface == "eth0"
                ? address + "lxc.net.\(place).ipv4.gateway = \(card.range.address)\n" : address
        }.joined()
    }
}
