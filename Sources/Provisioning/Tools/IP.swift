/// Typed commands of iproute2, as root.
package struct IP: Sendable {
    private let runner: any CommandRunner

    /// The programs that the runner reaches.
    package init(_ runner: any CommandRunner) { self.runner = runner }

    /// A subnet, or a single address, that the host has a route to, or that is its own.
    package struct Route: Sendable, Equatable {
        /// Where it leads.
        package var subnet: Subnet
        /// The interface; `none` for a route that only refuses.
        package var device: String
        /// Whether it is an address of the host's, or a network that one of its interfaces is on.
        package var isDirect: Bool
    }

    /// Where the host has routes to, its own addresses among them, of all its routing tables.
    package func routes() async throws -> [Route] {
        struct Entry: Decodable { var dst: String?, dev: String?, scope: String? }
        let routes = try await runner.decoded(
            [Entry].self, from: Command("ip", ["-json", "-4", "route", "show", "table", "all"]))
        return routes.compactMap { entry in
            let subnet = entry.dst.flatMap { text in Subnet(text) ?? IPv4(text).map { Subnet($0, prefix: 32) } }
            let isDirect = ["link", "host"].contains(entry.scope)
            return subnet.map { Route(subnet: $0, device: entry.dev ?? "none", isDirect: isDirect) }
        }
    }

    /// The interface behind the default route; `nil` where there is none.
    package func uplink() async throws -> String? {
        struct Route: Decodable { var dev: String? }
        return try await runner.decoded(
            [Route].self, from: Command("ip", ["-json", "-4", "route", "show", "default"])
        ).first?.dev
    }

    /// An address that nobody has: it is for documentation (RFC 5737).
    package static let anywhere = IPv4(bits: 0xC000_0201)

    /// The address with which the host sends to that one, or to the outside; `nil` where there is no way there.
    ///
    /// Nothing is sent.
    package func source(to destination: IPv4 = anywhere) async throws -> IPv4? {
        struct Route: Decodable { var prefsrc: String? }
        let command = Command("ip", ["-json", "-4", "route", "get", destination.description]).needed
        let result = try await runner.run(command)
        guard result.succeeded else { return nil }
        return try command.decode([Route].self, from: result.output).first?.prefsrc.flatMap(IPv4.init)
    }

    private struct Link: Decodable { var ifname: String? }

    /// An interface of the host.
    package struct Interface: Sendable, Equatable {
        /// Whether it is on, also where nothing is at its other end.
        package var isUp: Bool
        /// The bridge that it is on.
        package var bridge: String?
        package var addresses: [IPv4]

        /// Whether it is on, and on that bridge.
        package func isPlugged(into bridge: String) -> Bool { isUp && self.bridge == bridge }
    }

    /// The host's interfaces by name.
    package func links() async throws -> [String: Interface] {
        struct Link: Decodable {
            struct Address: Decodable { var local: String? }
            var name: String?
            var flags: [String]?
            var master: String?
            var addresses: [Address]?
            enum CodingKeys: String, CodingKey {
                case name = "ifname"
                case flags, master
                case addresses = "addr_info"
            }
        }
        let links = try await runner.decoded([Link].self, from: Command("ip", ["-json", "address", "show"]))
        let pairs = links.compactMap { link in
            link.name.map { name in
                let addresses = (link.addresses ?? []).compactMap { $0.local.flatMap(IPv4.init) }
                let isUp = link.flags?.contains("UP") ?? false
                return (name, Interface(isUp: isUp, bridge: link.master, addresses: addresses))
            }
        }
        return Dictionary(pairs) { first, _ in first }
    }

    /// The names of the host's interfaces.
    package func interfaces() async throws -> Set<String> {
        let command = Command("ip", ["-json", "link"], assumed: "[]")
        return Set(try await runner.decoded([Link].self, from: command).compactMap(\.ifname))
    }

    /// The names of the host's bridges.
    package func bridges() async throws -> Set<String> {
        Set(try await entries(Link.self, ["link", "show", "type", "bridge"]).compactMap(\.ifname))
    }

    /// A VXLAN interface.
    struct Tunnel: Sendable, Equatable {
        /// The network's number.
        var number: Int
        /// The address from which it sends.
        var own: IPv4?
        /// The largest packet inside.
        var packetSize: Int
        /// The bridge that it is on.
        var bridge: String?
        /// Whether it is on.
        var isUp: Bool
    }

    /// The host's VXLAN interfaces by name.
    func tunnels() async throws -> [String: Tunnel] {
        struct Link: Decodable {
            struct Info: Decodable { var info_data: Data? }
            struct Data: Decodable { var id: Int?, local: String? }
            var ifname: String?, flags: [String]?, master: String?, mtu: Int?, linkinfo: Info?
        }
        let links = try await entries(Link.self, ["-details", "link", "show", "type", "vxlan"])
        return links.reduce(into: [:]) { tunnels, link in
            guard let name = link.ifname, let data = link.linkinfo?.info_data, let number = data.id else { return }
            tunnels[name] = Tunnel(
                number: number, own: data.local.flatMap(IPv4.init), packetSize: link.mtu ?? 0, bridge: link.master,
                isUp: link.flags?.contains("UP") ?? false)
        }
    }

    /// The largest packet of the interface that has the address; `nil` where none has.
    func packetSize(at address: IPv4) async throws -> Int? {
        struct Link: Decodable {
            struct Address: Decodable { var local: String? }
            var mtu: Int?, addr_info: [Address]?
        }
        let command = Command("ip", ["-json", "-4", "address", "show"], assumed: "[]")
        let links = try await runner.decoded([Link].self, from: command)
        return links.first { $0.addr_info?.contains { $0.local == address.description } ?? false }?.mtu
    }

    /// What ip lists; it prints nothing at all, or an empty object, where there is nothing.
    private func entries<Entry: Decodable>(_ type: Entry.Type, _ words: [String]) async throws -> [Entry] {
        let command = Command("ip", ["-json"] + words, assumed: "[]")
        let text = try await runner.output(of: command)
        return text.trimmed.isEmpty ? [] : try command.decode([Entry].self, from: text)
    }

    /// The host's own IPv4 addresses beyond the loopback's and link-local ones, in the order of its interfaces.
    package func addresses(limit: Duration) async throws -> [IPv4] {
        struct Link: Decodable {
            struct Address: Decodable { var local: String? }
            var addresses: [Address]?
            enum CodingKeys: String, CodingKey { case addresses = "addr_info" }
        }
        let command = Command(
            "ip", ["-json", "-4", "address", "show", "scope", "global"], limit: limit)
        let links = try await runner.decoded([Link].self, from: command)
        return links.flatMap { $0.addresses ?? [] }.compactMap { $0.local.flatMap(IPv4.init) }
    }

    /// The names of the host's network namespaces.
    package func namespaces() async throws -> Set<String> {
        struct Namespace: Decodable { var name: String? }
        return Set(try await entries(Namespace.self, ["netns", "list"]).compactMap(\.name))
    }

    /// The processes that live in a network namespace; none where there is no such namespace any more.
    package func processes(in namespace: String, about: Set<Subject> = []) async throws -> Set<String> {
        let command = Command("ip", ["netns", "pids", namespace], about: about)
        return Set(try await runner.run(command).output.split(separator: "\n").map(\.trimmed))
    }

    /// Carries out several of ip's own lines in one go, in a namespace or on the host.
    package func batch(_ lines: [String], in namespace: String? = nil, touches: Set<Subject> = []) async throws {
        try await runner.output(of: command((namespace.map { ["-netns", $0] } ?? []), lines, touches))
    }

    /// Deletes interfaces and namespaces in one go; what has gone by itself in the meantime is fine.
    ///
    /// A cable goes a moment after the namespace at its other end, with nobody asking.
    package func delete(_ lines: [String], touches: Set<Subject> = []) async throws {
        let command = command(["-force"], lines, touches)
        let result = try await runner.run(command)
        guard result.succeeded(but: .noSuchDevice, .noSuchFile) else { throw Failure(command, result) }
    }

    private func command(_ options: [String], _ lines: [String], _ touches: Set<Subject>) -> Command {
        Command(
            "ip", options + ["-batch", "-"], input: lines.map { $0 + "\n" }.joined(), limit: .seconds(30),
            effect: .changes, touches: touches)
    }
}
