/// The fixed address of a unit's instances.
extension UnitFile {
    /// The address of the first instance on the file's first network, which those of the others follow.
    ///
    /// Throws where that network's range is not in the file, or has not room for that many there.
    func address(_ instance: TOMLTable, of count: Int, on network: Unit.Network?) throws -> IPv4? {
        guard let text = try instance.string("address") else { return nil }
        guard let address = IPv4(text) else {
            throw instance.refusal(
                "address", "is not an IPv4 address", hint: "write that of the first instance, such as \"10.77.0.50\"")
        }
        guard let network, let range = network.address.flatMap(NetworkAddress.init) else {
            throw instance.refusal(
                "address", "needs a network with a range",
                hint: "add [[network]] with name = \"backend\" and address = \"10.77.0.1/24\"")
        }
        for number in 1...count where !AddressPool.isForInstances(address.advanced(by: number - 1), in: range) {
            let which = count == 1 ? "" : ", from which \(count) instances have theirs,"
            throw instance.refusal(
                "address",
                "\(which.isEmpty ? "" : "\(address)\(which) ")is not free for instances on \(network.name), \(range.subnet)",
                hint: "the members have \(range.address), and DHCP \(AddressPool.dynamic(in: range))")
        }
        return address
    }
}
