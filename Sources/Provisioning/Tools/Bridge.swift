/// Typed commands of iproute2's `bridge`, as root.
package struct Bridge: Sendable {
    private let runner: any CommandRunner

    /// The programs that the runner reaches.
    package init(_ runner: any CommandRunner) { self.runner = runner }

    /// The addresses to which a VXLAN interface sends what has no known place; none where there is no such interface.
    package func peers(of interface: String) async throws -> Set<IPv4> {
        struct Entry: Decodable {
            var mac: String?
            var dst: String?
        }
        let command = Command("bridge", ["-json", "fdb", "show", "dev", interface])
        let result = try await runner.run(command)
        guard result.succeeded else { return [] }
        let entries = try command.decode([Entry].self, from: result.output)
        return Set(entries.filter { $0.mac == Self.anywhere }.compactMap { $0.dst.flatMap(IPv4.init) })
    }

    /// Makes the interface send what has no known place to those too, or no longer.
    package func change(_ interface: String, adding: [IPv4], removing: [IPv4]) async throws {
        let lines =
            adding.map { "fdb append \(Self.anywhere) dev \(interface) dst \($0)" }
            + removing.map { "fdb delete \(Self.anywhere) dev \(interface) dst \($0)" }
        if lines.isEmpty { return }
        try await runner.output(
            of: Command("bridge", ["-batch", "-"], input: lines.map { $0 + "\n" }.joined(), effect: .changes))
    }

    private static let anywhere = "00:00:00:00:00:00"
}
