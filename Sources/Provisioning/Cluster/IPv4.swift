/// An IPv4 address.
package struct IPv4: Sendable, Hashable, CodedAsText {
    /// The 32 bits, the first octet highest.
    package let bits: UInt32

    /// Whether a machine can have it, by its first octet: neither loopback, multicast nor reserved.
    package var isUnicast: Bool { 1...223 ~= bits >> 24 && bits >> 24 != 127 }

    /// The address with those bits.
    package init(bits: UInt32) { self.bits = bits }

    /// Reads `10.71.0.10`; `nil` where it is no address.
    package init?(_ text: String) {
        let parts = text.split(separator: ".", omittingEmptySubsequences: false)
        guard parts.count == 4 else { return nil }
        var bits: UInt32 = 0
        for part in parts {
            // Written as we would write it: no sign, no leading zero, which some read as octal.
            guard let octet = UInt8(part), String(octet) == part else { return nil }
            bits = bits << 8 | UInt32(octet)
        }
        self.bits = bits
    }

    /// The address that many further up.
    func advanced(by offset: Int) -> IPv4 { IPv4(bits: bits &+ UInt32(truncatingIfNeeded: offset)) }

    /// In dotted decimals.
    package var description: String { [24, 16, 8, 0].map { String(bits >> $0 & 255) }.joined(separator: ".") }

    /// Reads an address from a file; throws `Failure.damaged` where it is none.
    package init(coded text: String) throws {
        guard let address = IPv4(text) else {
            throw Failure(.damaged, "\(Shell.quoted(text.clipped)) is not an address")
        }
        self = address
    }
}

/// A range of IPv4 addresses that share a prefix, `10.71.0.0/22`.
package struct Subnet: Sendable, Hashable, CodedAsText {
    /// The lowest address.
    package let base: IPv4
    /// How many leading bits its addresses share.
    package let prefix: Int

    /// The addresses of groups of receivers (RFC 5771).
    package static let multicast = Subnet(IPv4(bits: 0xE000_0000), prefix: 4)

    /// The subnet with the address in it.
    package init(_ address: IPv4, prefix: Int) {
        self.prefix = prefix
        base = IPv4(bits: address.bits & Self.mask(prefix))
    }

    /// Reads `10.71.0.0/22`; `nil` where it is no subnet, or its address has bits beyond the prefix.
    package init?(_ text: String) {
        guard let network = NetworkAddress(text), network.subnet.base == network.address else { return nil }
        self = network.subnet
    }

    /// In dotted decimals with the prefix's length.
    package var description: String { "\(base)/\(prefix)" }

    /// The address that many above the lowest.
    package func address(_ offset: Int) -> IPv4 { IPv4(bits: base.bits &+ UInt32(truncatingIfNeeded: offset)) }

    /// Whether a cluster's machines can have its addresses: 16 to 24 bits of prefix, and ordinary unicast addresses.
    package var canHoldMachines: Bool { 16...24 ~= prefix && base.isUnicast }

    /// How many addresses there are.
    package var count: Int { 1 << (32 - prefix) }

    /// Whether the address is one of its own.
    package func contains(_ address: IPv4) -> Bool { overlaps(Subnet(address, prefix: 32)) }

    /// Whether a machine can have the address: the lowest and the highest are nobody's.
    package func isForMachines(_ address: IPv4) -> Bool {
        contains(address) && address != base && address != self.address(count - 1)
    }

    /// Whether the two have an address in common.
    package func overlaps(_ other: Subnet) -> Bool {
        let shared = Self.mask(min(prefix, other.prefix))
        return base.bits & shared == other.base.bits & shared
    }

    private static func mask(_ prefix: Int) -> UInt32 { prefix == 0 ? 0 : ~UInt32(0) << (32 - prefix) }

    /// Reads a subnet from a file; throws `Failure.damaged` where it is none.
    package init(coded text: String) throws {
        guard let subnet = Subnet(text) else {
            throw Failure(.damaged, "\(Shell.quoted(text.clipped)) is not a subnet")
        }
        self = subnet
    }
}

/// An address, and the network that it is in: `10.71.0.1/22`.
package struct NetworkAddress: Sendable, Hashable {
    package let address: IPv4
    package let subnet: Subnet

    /// Reads `10.71.0.1/22`; `nil` where it is nothing of the kind.
    package init?(_ text: String) {
        let parts = text.split(separator: "/", omittingEmptySubsequences: false)
        guard parts.count == 2, let address = IPv4(String(parts[0])), let prefix = Int(parts[1]), 0...32 ~= prefix,
            String(prefix) == parts[1]
        else { return nil }
        self.address = address
        subnet = Subnet(address, prefix: prefix)
    }

    /// An address of that network.
    init(address: IPv4, in subnet: Subnet) {
        self.address = address
        self.subnet = subnet
    }

    /// The addresses that machines can have besides this one, the highest first; none in a network of two.
    package var others: some Sequence<IPv4> {
        (1..<max(1, subnet.count - 1)).reversed().lazy.map { subnet.address($0) }.filter { $0 != address }
    }
}
