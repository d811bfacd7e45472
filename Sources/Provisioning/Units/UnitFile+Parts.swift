/// The parts of a unit that there can be several of.
extension UnitFile {
    /// The volumes, of which that many instances on members of their own would share one.
    func volumes(_ root: TOMLTable, sharers: Int) throws -> [Unit.Volume] {
        var volumes: [Unit.Volume] = []
        var taken = Taken()
        for table in try Section.volume.tables(of: root) {
            guard let name = try table.label("name") else { throw table.missing("name", "name = \"data\"") }
            guard let path = try table.place("path") else { throw table.missing("path", "path = \"/srv/data\"") }
            let isPerInstance = try table.boolean("per-instance") ?? false
            if sharers > 1, !isPerInstance {
                throw table.refusal(
                    "name", "is a volume that all \(sharers) instances share, so they cannot be spread",
                    hint: "set per-instance = true here, or spread = \"none\"")
            }
            try taken.take(name, table, "name", "volume")
            try taken.take(path, table, "path", "volume")
            volumes.append(
                Unit.Volume(name: name, size: try table.size("size"), path: path, isPerInstance: isPerInstance))
        }
        return volumes
    }

    func networks(_ root: TOMLTable) throws -> [Unit.Network] {
        var networks: [Unit.Network] = []
        var ranges: [Subnet] = []
        var owners: [String] = []
        var taken = Taken()
        for table in try Section.network.tables(of: root) {
            guard let name = try table.bridgeName("name") else { throw table.missing("name", "name = \"backend\"") }
            try taken.take(name, table, "name", "network")
            let isEncrypted = try table.boolean("encrypt") ?? false
            guard let address = try table.string("address") else {
                networks.append(Unit.Network(name: name, isEncrypted: isEncrypted))
                continue
            }
            guard let range = Self.range(address) else {
                throw table.refusal(
                    "address", "is not an IPv4 address with a prefix of 8 to 29",
                    hint: "write that of the members on the network, such as \"10.77.0.1/24\"")
            }
            if let place = ranges.firstIndex(where: range.overlaps) {
                throw table.refusal("address", "overlaps the network \(owners[place])")
            }
            ranges.append(range)
            owners.append(name)
            networks.append(Unit.Network(name: name, address: address, isEncrypted: isEncrypted))
        }
        return networks
    }

    /// The range of an address that a machine can have in a network with room for others: `10.77.0.1/24`.
    private static func range(_ text: String) -> Subnet? {
        guard let network = NetworkAddress(text), 8...29 ~= network.subnet.prefix,
            network.subnet.isForMachines(network.address), network.address.isUnicast
        else { return nil }
        return network.subnet
    }
}

/// What is taken by a part of the file, and on which line.
struct Taken {
    private var lines: [String: Int] = [:]

    /// Takes a value, which stands under that key; throws where it is taken.
    mutating func take(_ value: String, _ table: TOMLTable, _ key: String, _ kind: String) throws {
        let line = (table[key]?.position ?? table.position).line
        if let first = lines["\(key) \(value)"] {
            throw table.refusal(key, "duplicates another \(kind) on line \(first)")
        }
        lines["\(key) \(value)"] = line
    }
}
