/// A machine that can hold members, reached by SSH with the user's own keys, agent and configuration.
package struct Host: Sendable, Equatable, Codable {
    /// What the user calls it.
    package var name: HostName
    /// What OpenSSH is given: an address, a name, or an alias of `~/.ssh/config`.
    package var address: String
    /// The user there; `nil` leaves it to OpenSSH.
    package var user: String?
    /// The port; `nil` leaves it to OpenSSH.
    package var port: Int?
    /// The file of a private key; `nil` leaves it to OpenSSH.
    package var identity: String?
    /// Where members on other hosts reach it, where that is not the address at which SSH does.
    package var memberAddress: IPv4?
    /// When it last answered, in seconds since 1970.
    package var lastSeen: Int?

    /// Makes an entry; the destination is `ADDRESS` or `USER@ADDRESS`, where an IPv6 address may stand in brackets, with a
    /// port behind them.
    ///
    /// Throws `Failure.badInput` for a destination that OpenSSH would read as something else.
    package init(name: HostName, destination: String, port: Int? = nil, identity: String? = nil) throws {
        self.name = name
        let at = destination.lastIndex(of: "@")
        let user = at.map { String(destination[..<$0]) }
        let place = String(at.map { destination[destination.index(after: $0)...] } ?? destination[...])
        let (address, ownPort) = try Self.withoutBrackets(place, port)
        let port = ownPort ?? port
        let parts = [user, address].compactMap { $0 }
        let isPlain = parts.allSatisfy { part in
            !part.isEmpty && !part.hasPrefix("-") && part.allSatisfy { !$0.isWhitespace && !$0.isNewline && $0 != "/" }
                && !part.hasControls
        }
        guard isPlain else {
            throw Failure(
                .badInput, "\(Shell.quoted(destination.clipped)) is not an address",
                hint:
                    "give ADDRESS or USER@ADDRESS, such as root@192.0.2.7 or root@2001:db8::7, or a host of ~/.ssh/config"
            )
        }
        let isPort = port.map { 1...65_535 ~= $0 } ?? true
        guard isPort, !(identity?.hasControls ?? false), identity != "" else {
            throw Failure(
                .badInput, "the port or the key file of \(name) is not valid",
                hint: "a port is 1 to 65535, and a key file is a path")
        }
        self.user = user
        self.address = address
        self.port = port
        self.identity = identity
    }

    /// The address in `[ADDRESS]` or `[ADDRESS]:PORT`, which OpenSSH itself does not read; any other as it is.
    private static func withoutBrackets(_ place: String, _ port: Int?) throws -> (address: String, port: Int?) {
        guard place.hasPrefix("[") else { return (place, nil) }
        let parts = place.dropFirst().split(separator: "]", maxSplits: 1, omittingEmptySubsequences: false)
        let rest = parts.count == 2 ? parts[1] : "]"
        let ownPort = rest.hasPrefix(":") ? Int(rest.dropFirst()) : nil
        guard parts[0].contains(":"), rest.isEmpty || ownPort != nil else {
            throw Failure(
                .badInput, "\(Shell.quoted(place.clipped)) is not an address in brackets",
                hint: "give an IPv6 address, such as [2001:db8::7] or 2001:db8::7, and its port by --port")
        }
        if let ownPort, let port, port != ownPort {
            throw Failure(.badInput, "two ports are given, \(ownPort) and \(port)", hint: "give one of them")
        }
        return (String(parts[0]), ownPort)
    }

    /// Reads an entry of `hosts.json`, with the checks of one that is added: its words reach hints that users paste.
    package init(from decoder: any Decoder) throws {
        let values = try decoder.container(keyedBy: CodingKeys.self)
        let user = try values.decodeIfPresent(String.self, forKey: .user)
        let address = try values.decode(String.self, forKey: .address)
        try self.init(
            name: values.decode(HostName.self, forKey: .name),
            destination: user.map { "\($0)@\(address)" } ?? address,
            port: values.decodeIfPresent(Int.self, forKey: .port),
            identity: values.decodeIfPresent(String.self, forKey: .identity))
        memberAddress = try values.decodeIfPresent(IPv4.self, forKey: .memberAddress)
        lastSeen = try values.decodeIfPresent(Int.self, forKey: .lastSeen)
        guard memberAddress?.isUnicast ?? true else {
            throw Failure(.badInput, "\(name) has a member address that no host can have")
        }
        guard lastSeen.map(Bounds.times.contains) ?? true else {
            throw Failure(.badInput, "\(name) has a time that is out of range")
        }
    }

    /// Takes the address that the user gave for members; throws `Failure.badInput` for one that no host can have.
    package func reached(byMembersAt text: String) throws -> Host {
        guard let address = IPv4(text), address.isUnicast else {
            throw Failure(
                .badInput, "--address: \(Shell.quoted(text.clipped)) is not an IPv4 address of a host",
                hint: "give the host's own address on the network of the members, such as 10.0.0.7")
        }
        var host = self
        host.memberAddress = address
        return host
    }

    /// How the user would type it.
    package var destination: String { user.map { "\($0)@\(address)" } ?? address }

    /// What the user would give `ssh` to get there.
    package var wordsForSSH: [String] {
        (port.map { ["-p", "\($0)"] } ?? []) + (identity.map { ["-i", $0] } ?? []) + [destination]
    }
}
