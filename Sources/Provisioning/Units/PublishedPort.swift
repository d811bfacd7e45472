/// A port of a member that leads to one of an instance, or a range of them: a proxy device.
package struct PublishedPort: Sendable, Equatable {
    package var transport: Unit.Port.TransportProtocol
    /// The member's address, or `0.0.0.0` or `::` for all of them.
    package var address: String
    /// The member's port, or the first of several.
    package var listen: Int
    /// The instance's port that `listen` leads to.
    package var target: Int
    /// How many ports there are, from these on.
    package var count: Int

    /// Whether it is at all of the member's addresses.
    package var isEverywhere: Bool { MemberPort(transport, listen, at: address).address == nil }

    /// Reads a device; `nil` where it is none that leads from one port, or one range, to one as long.
    init?(_ device: ClusterInstance.Device) {
        guard device["type"] == "proxy", device["bind"] ?? "host" == "host",
            let listen = device["listen"].flatMap(ProxyEnd.init), let target = device["connect"].flatMap(ProxyEnd.init),
            listen.ranges.count == 1, target.ranges.count == 1, listen.ranges[0].count == target.ranges[0].count
        else { return nil }
        transport = listen.transport
        address = listen.address
        self.listen = listen.ranges[0].lowerBound
        self.target = target.ranges[0].lowerBound
        count = listen.ranges[0].count
    }
}

extension ClusterInstance {
    /// The ports of its member that lead to it.
    package var publishedPorts: [PublishedPort] {
        (expandedDevices ?? devices ?? [:]).values.compactMap(PublishedPort.init)
            .sorted { ($0.listen, $0.transport.rawValue, $0.address) < ($1.listen, $1.transport.rawValue, $1.address) }
    }

    /// The image that it was made from, by its fingerprint.
    package var baseImage: String? { config?["volatile.base_image"].flatMap { $0.isEmpty ? nil : $0 } }
    /// Where that came from, as the unit's file said.
    package var imageSource: String? { image.map(UnitMark.short) }
}
