/// A port of a member that leads to one of an instance: a proxy device.
package struct PublishedPort: Sendable, Equatable {
    package var transport: Unit.Port.TransportProtocol
    /// The member's address, or `0.0.0.0` for all of them.
    package var address: String
    /// The member's port.
    package var listen: Int
    /// The instance's port.
    package var target: Int

    /// Reads a device; `nil` where it is none that leads from one port to one port.
    init?(_ device: ClusterInstance.Device) {
        guard device["type"] == "proxy", device["bind"] ?? "host" == "host",
            let listen = Self.end(device["listen"]), let target = Self.end(device["connect"]),
            let transport = Unit.Port.TransportProtocol(rawValue: listen.transport)
        else { return nil }
        self.transport = transport
        address = listen.address
        self.listen = listen.port
        self.target = target.port
    }

    /// One end of a proxy, such as `tcp:0.0.0.0:80`; `nil` for sockets of files and for ranges of ports.
    private static func end(_ text: String?) -> (transport: String, address: String, port: Int)? {
        guard let text, let first = text.firstIndex(of: ":"), let last = text.lastIndex(of: ":"), first < last,
            let port = Int(text[text.index(after: last)...]), 1...65_535 ~= port
        else { return nil }
        return (String(text[..<first]), String(text[text.index(after: first)..<last]), port)
    }
}

extension ClusterInstance {
    /// The ports of its member that lead to it.
    package var publishedPorts: [PublishedPort] {
        (expandedDevices ?? devices ?? [:]).values.compactMap(PublishedPort.init)
            .sorted { ($0.listen, $0.transport.rawValue) < ($1.listen, $1.transport.rawValue) }
    }

    /// The image that it was made from, by its fingerprint.
    package var baseImage: String? { config?["volatile.base_image"].flatMap { $0.isEmpty ? nil : $0 } }
    /// Where that came from, as the unit's file said.
    package var imageSource: String? { image.map(UnitMark.short) }
}
