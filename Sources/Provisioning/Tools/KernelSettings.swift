/// Typed commands of sysctl and nftables, as root.
public struct KernelSettings: Sendable {
    private let runner: any CommandRunner

    /// The kernel of the machine that the runner reaches.
    public init(_ runner: any CommandRunner) { self.runner = runner }

    /// Whether packets are forwarded between all interfaces.
    public func forwardsEverywhere() async throws -> Bool { try await value("net/ipv4/ip_forward") == "1" }

    /// Whether packets that come in by the interface are forwarded.
    public func forwards(_ interface: String) async throws -> Bool { try await value(Self.key(interface)) == "1" }

    /// Forwards packets that come in by the interface, or no longer.
    public func setForwarding(_ interface: String, _ on: Bool) async throws {
        try await runner.output(
            of: Command("sysctl", ["-q", "-w", "\(Self.key(interface))=\(on ? 1 : 0)"], effect: .changes))
    }

    /// Whether there is an nftables table of that name.
    public func hasTable(_ name: String) async throws -> Bool {
        try await runner.run(Command("nft", ["list", "table", "ip", name])).succeeded
    }

    /// Whether the table is there, and lets in whom it should.
    public func holds(_ table: NetworkTable) async throws -> Bool {
        let result = try await runner.run(Command("nft", ["list", "table", "ip", table.name]))
        return result.succeeded && table.isShown(in: result.output)
    }

    /// Makes the table, or makes it anew, in one go.
    public func write(_ table: NetworkTable) async throws {
        try await runner.output(of: Command("nft", ["-f", "-"], input: table.text, effect: .changes))
    }

    /// Removes the table; none there is fine.
    public func removeTable(_ name: String) async throws {
        try await runner.output(
            of: Command("nft", ["-f", "-"], input: "table ip \(name)\ndelete table ip \(name)\n", effect: .changes))
    }

    /// The families in which there is an nftables table of that name; none where there is no nftables.
    public func families(ofTable name: String) async throws -> [String] {
        struct Listing: Decodable {
            struct Entry: Decodable { var table: Table? }
            struct Table: Decodable { var family: String, name: String }
            var nftables: [Entry]
        }
        do {
            let command = Command("nft", ["--json", "list", "tables"], assumed: #"{"nftables":[]}"#)
            let listing = try await runner.decoded(Listing.self, from: command)
            return listing.nftables.compactMap(\.table).filter { $0.name == name }.map(\.family)
        } catch let failure as Failure where failure.code == .missing {
            return []
        }
    }

    /// Removes the table of that family; none there is fine.
    public func removeTable(_ name: String, family: String, touches: Set<Subject> = []) async throws {
        let lines = "table \(family) \(name)\ndelete table \(family) \(name)\n"
        try await runner.output(of: Command("nft", ["-f", "-"], input: lines, effect: .changes, touches: touches))
    }

    private func value(_ key: String) async throws -> String {
        try await runner.output(of: Command("sysctl", ["-n", key], assumed: "1")).trimmed
    }

    /// With slashes, since an interface's name may have dots.
    private static func key(_ interface: String) -> String { "net/ipv4/conf/\(interface)/forwarding" }
}
