/// Typed commands of iproute2's `bridge`, as root.
package struct Bridge: Sendable {
    private let runner: any CommandRunner

    /// The programs that the runner reaches.
    package init(_ runner: any CommandRunner) { self.runner = runner }

    private struct Entry: Decodable {
        var mac: String?
        var dst: String?
        var ifname: String?
    }

    /// The addresses to which a VXLAN interface sends what has no known place; none where there is no such interface.
    package func peers(of interface: String) async throws -> Set<IPv4> {
        let command = Command("bridge", ["-json", "fdb", "show", "dev", interface])
        let result = try await runner.run(command)
        guard result.succeeded else { return [] }
        let entries = try command.decode([Entry].self, from: result.output)
        return Set(entries.filter { $0.mac == Self.anywhere }.compactMap { $0.dst.flatMap(IPv4.init) })
    }

    /// The same of all VXLAN interfaces, by name.
    func peers() async throws -> [String: Set<IPv4>] {
        let entries = try await runner.decoded(
            [Entry].self, from: Command("bridge", ["-json", "fdb", "show"], assumed: "[]"))
        return entries.reduce(into: [:]) { peers, entry in
            guard entry.mac == Self.anywhere, let name = entry.ifname, let peer = entry.dst.flatMap(IPv4.init) else {
                return
            }
            peers[name, default: []].insert(peer)
        }
    }

    /// Makes the interface send what has no known place to those too, or no longer.
    package func change(_ interface: String, adding: [IPv4], removing: [IPv4]) async throws {
        let lines =
            adding.map { Self.entry(for: $0, of: interface) }
            + removing.map { "fdb delete \(Self.anywhere) dev \(interface) dst \($0)" }
        if lines.isEmpty { return }
        try await runner.output(
            of: Command("bridge", ["-batch", "-"], input: lines.map { $0 + "\n" }.joined(), effect: .changes))
    }

    /// What makes an interface send what has no known place to that address too.
    static func entry(for peer: IPv4, of interface: String) -> String {
        "fdb append \(anywhere) dev \(interface) dst \(peer)"
    }

    private static let anywhere = "00:00:00:00:00:00"
}
