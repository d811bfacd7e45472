/// The parts of a unit that there can be several of.
extension UnitFile {
    func volumes(_ root: TOMLTable, count: Int, spread instance: TOMLTable?) throws -> [Unit.Volume] {
        var volumes: [Unit.Volume] = []
        for table in try root.arrayOfTables("volume") {
            try table.allowOnly(["name", "size", "path", "per-instance"])
            guard let name = try table.label("name") else { throw table.missing("name") }
            guard let path = try table.string("path") else { throw table.missing("path") }
            let isPlace = path.hasPrefix("/") && path.count > 1 && !path.split(separator: "/").contains("..")
            guard isPlace, !path.unicodeScalars.contains(where: { $0.value < 32 || $0 == "," }) else {
                throw table.refusal("path", "is no place in an instance", remedy: "write one such as \"/srv/data\"")
            }
            let isPerInstance = try table.boolean("per-instance") ?? false
            if count > 1, !isPerInstance, let spread = try instance?.string("spread"), spread != "none" {
                throw table.refusal(
                    "name", "is a volume that all \(count) instances share, so they cannot be spread",
                    remedy: "set per-instance = true here, or spread = \"none\"")
            }
            try table.unlike(volumes.map(\.name), name, "name", "volume")
            try table.unlike(volumes.map(\.path), path, "path", "volume")
            volumes.append(
                Unit.Volume(name: name, size: try table.size("size"), path: path, isPerInstance: isPerInstance))
        }
        return volumes
    }

    func networks(_ root: TOMLTable) throws -> [Unit.Network] {
        var networks: [Unit.Network] = []
        for table in try root.arrayOfTables("network") {
            try table.allowOnly(["name", "address"])
            guard let name = try table.interfaceName("name") else { throw table.missing("name") }
            guard let address = try table.string("address") else { throw table.missing("address") }
            guard Self.isAddress(address) else {
                throw table.refusal(
                    "address", "is no IPv4 address with a prefix",
                    remedy: "write that of the members on the network, such as \"10.77.0.1/24\"")
            }
            try table.unlike(networks.map(\.name), name, "name", "network")
            networks.append(Unit.Network(name: name, address: address))
        }
        return networks
    }

    func ports(_ root: TOMLTable) throws -> [Unit.Port] {
        var ports: [Unit.Port] = []
        for table in try root.arrayOfTables("port") {
            try table.allowOnly(["listen", "target", "protocol"])
            guard let listen = try table.number("listen", in: 1...65_535) else { throw table.missing("listen") }
            let target = try table.number("target", in: 1...65_535) ?? listen
            let carrier: Unit.Port.Carrier = try table.choice("protocol") ?? .tcp
            if ports.contains(where: { $0.listen == listen && $0.carrier == carrier }) {
                throw table.refusal("listen", "is \(listen), as of another port of this file")
            }
            ports.append(Unit.Port(listen: listen, target: target, carrier: carrier))
        }
        return ports
    }

    /// Whether it is an address of a host in a network that has room for others: `10.77.0.1/24`.
    private static func isAddress(_ text: String) -> Bool {
        let parts = text.split(separator: "/", omittingEmptySubsequences: false)
        guard parts.count == 2, let address = IPv4(String(parts[0])), let length = Int(parts[1]), 8...30 ~= length
        else { return false }
        let hosts: UInt32 = (1 << UInt32(32 - length)) - 1
        return address.bits & hosts != 0 && address.bits & hosts != hosts && "\(length)" == parts[1]
    }
}

/// Values as a unit's file has them.
extension TOMLTable {
    /// A whole number of that range; the remedy is what to do for none.
    func number(_ key: String, in range: ClosedRange<Int>, none: String? = nil) throws -> Int? {
        guard let number = try integer(key) else { return nil }
        guard range.contains(number) else {
            throw refusal(
                key, "has to be from \(range.lowerBound) to \(range.upperBound)", remedy: number == 0 ? none : nil)
        }
        return number
    }

    /// A size of a disk, such as `10GiB`, in bytes.
    func size(_ key: String) throws -> Int? {
        guard let text = try string(key) else { return nil }
        guard let size = ByteSize(text), size.bytes >= 1 << 20 else {
            throw refusal(key, "is no size of a disk", remedy: "write one such as \"10GiB\", 1MiB at the least")
        }
        return size.bytes
    }

    /// One of the words of that kind.
    func choice<Choice: RawRepresentable & CaseIterable>(_ key: String) throws -> Choice?
    where Choice.RawValue == String {
        guard let text = try string(key) else { return nil }
        guard let choice = Choice(rawValue: text) else {
            let words = Choice.allCases.map(\.rawValue)
            let near = Suggestion.nearest(to: text, in: Set(words)).map { "did you mean \"\($0)\"?" }
            throw refusal(key, "is none of \(words.map { "\"\($0)\"" }.joined(separator: ", "))", remedy: near)
        }
        return choice
    }

    /// Text without line breaks.
    func line(_ key: String) throws -> String? {
        guard let text = try string(key) else { return nil }
        guard !text.unicodeScalars.contains(where: { $0.value < 32 || $0.value == 127 }) else {
            throw refusal(key, "has to stand on one line")
        }
        return text
    }

    /// The name of a network interface, as Linux takes it.
    func interfaceName(_ key: String) throws -> String? {
        guard let text = try string(key) else { return nil }
        guard text.wholeMatch(of: /[A-Za-z][A-Za-z0-9.-]{1,14}/) != nil else {
            throw refusal(
                key, "is no name of a network",
                remedy: "choose one like backend: letters, digits, . and -, a letter first, 2 to 15 characters")
        }
        return text
    }

    /// A DNS label.
    func label(_ key: String) throws -> String? {
        guard let text = try string(key) else { return nil }
        guard text.utf8.count <= 40, text.wholeMatch(of: /[A-Za-z0-9]([A-Za-z0-9-]*[A-Za-z0-9])?/) != nil else {
            throw refusal(key, "is not a name", remedy: "choose one of letters, digits and -, at most 40 characters")
        }
        return text
    }

    /// Throws where another of its kind has that value already.
    fileprivate func unlike(_ others: [String], _ value: String, _ key: String, _ kind: String) throws {
        if others.contains(value) { throw refusal(key, "is that of another \(kind) of this file") }
    }
}
