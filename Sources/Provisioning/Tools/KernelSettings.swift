/// Typed commands of sysctl and nftables, as root.
package struct KernelSettings: Sendable {
    private let runner: any CommandRunner

    /// The kernel of the machine that the runner reaches.
    package init(_ runner: any CommandRunner) { self.runner = runner }

    /// Whether packets are forwarded between all interfaces.
    package func forwardsEverywhere() async throws -> Bool { try await value("net/ipv4/ip_forward") == "1" }

    /// Whether packets that come in by the interface are forwarded; by one that is not there none are.
    package func forwards(_ interface: String) async throws -> Bool {
        try await runner.run(Command("sysctl", ["-n", Self.key(interface)], assumed: "1")).output.trimmed == "1"
    }

    /// What the kernel calls itself from one boot to the next.
    package func bootIdentifier() async throws -> String { try await value("kernel/random/boot_id") }

    /// Forwards packets that come in by the interface, or no longer.
    package func setForwarding(_ interface: String, _ on: Bool) async throws {
        try await runner.output(
            of: Command("sysctl", ["-q", "-w", "\(Self.key(interface))=\(on ? 1 : 0)"], effect: .changes))
    }

    /// The limits of those that the kernel has, or lets be seen here, and whose value is lower than what is needed.
    ///
    /// The neighbour tables' are the host's own, and not seen from another network namespace, as in a container.
    package func lowLimits(_ needed: [KernelLimit: Int]) async throws -> [LowLimit] {
        let keys = needed.keys.map(\.rawValue).sorted()
        if keys.isEmpty { return [] }
        let values = try await limits(keys)
        return keys.compactMap { key in
            guard let limit = KernelLimit(rawValue: key), let needed = needed[limit], let value = values[key],
                value < needed
            else { return nil }
            return LowLimit(limit, value: value, needed: needed)
        }
    }

    /// The values of the limits that there are, by key.
    package func limits(_ keys: [String]) async throws -> [String: Int] {
        // What is not there is left out with a complaint.
        let output = try await runner.run(Command("sysctl", ["--ignore"] + keys)).output
        return output.split(separator: "\n").reduce(into: [:]) { values, line in
            let parts = line.split(separator: "=", maxSplits: 1).map { String($0).trimmed }
            if parts.count == 2, let value = Int(parts[1]) { values[parts[0]] = value }
        }
    }

    /// Whether the limit can be changed here: not where the kernel's settings are mounted read-only, as in a container.
    package func canChange(_ limit: KernelLimit) async throws -> Bool {
        let file = "/proc/sys/" + limit.rawValue.replacing(".", with: "/")
        return try await runner.run(Command("test", ["-w", file])).succeeded
    }

    /// Sets limits, all by one command.
    package func setLimits(_ values: [KernelLimit: Int]) async throws {
        if values.isEmpty { return }
        let words = values.map { "\($0.key.rawValue)=\($0.value)" }.sorted()
        try await runner.output(of: Command("sysctl", ["-q", "-w"] + words, effect: .changes))
    }

    /// Whether there is an nftables table of that name.
    package func hasTable(_ name: String) async throws -> Bool {
        try await runner.run(Command("nft", ["list", "table", "ip", name]).needed).succeeded
    }

    /// The chains of the table that are not as it says, or that it has not; `nil` where there is no such table.
    package func incompleteChains(of table: NetworkTable) async throws -> [String]? {
        // A dry run's table has a placeholder in its name, with which nftables reads no command.
        guard table.name.allSatisfy({ $0.isLetter || $0.isNumber }) else { return nil }
        let command = Command("nft", ["list", "table", "ip", table.name]).needed
        let result = try await runner.run(command)
        if result.succeeded { return table.differingChains(in: result.output) }
        if result.reports(SystemError.noSuchFile) { return nil }
        throw Failure(command, result)
    }

    /// Makes the table, or recreates it, in one go.
    package func write(_ table: NetworkTable) async throws {
        try await runner.output(of: Command("nft", ["-f", "-"], input: table.text, effect: .changes))
    }

    /// Removes the table; none there is fine.
    package func removeTable(_ name: String) async throws {
        try await runner.output(
            of: Command("nft", ["-f", "-"], input: "table ip \(name)\ndelete table ip \(name)\n", effect: .changes))
    }

    /// Removes chains of the tables of that name, and a table with the last of its chains; without nftables there are none.
    package func removeChains(
        of table: String, touches: Set<Subject> = [], where isOurs: (_ chain: String) -> Bool
    ) async throws {
        guard let ruleset = try await ruleset() else { return }
        for family in ruleset.compactMap(\.table).filter({ $0.name == table }).map(\.family) {
            let chains = ruleset.compactMap(\.chain).filter { $0.table == table && $0.family == family }.map(\.name)
            let ours = chains.filter(isOurs)
            let lines =
                ours == chains
                ? ["table \(family) \(table)", "delete table \(family) \(table)"]
                // One chain may lead to another: all are empty before the first is deleted.
                : ["flush", "delete"].flatMap { verb in ours.map { "\(verb) chain \(family) \(table) \($0)" } }
            if lines.isEmpty { continue }
            let input = lines.map { $0 + "\n" }.joined()
            try await runner.output(of: Command("nft", ["-f", "-"], input: input, effect: .changes, touches: touches))
        }
    }

    private struct RulesetEntry: Decodable {
        struct Table: Decodable { var family: String, name: String }
        struct Chain: Decodable { var family: String, table: String, name: String }
        var table: Table?
        var chain: Chain?
    }

    /// The tables and chains; `nil` where there is no nftables.
    private func ruleset() async throws -> [RulesetEntry]? {
        struct Listing: Decodable { var nftables: [RulesetEntry] }
        var entries: [RulesetEntry] = []
        for kind in ["tables", "chains"] {
            let command = Command("nft", ["--json", "list", kind], assumed: #"{"nftables":[]}"#)
            do { entries += try await runner.decoded(Listing.self, from: command).nftables } catch let failure
                as Failure where failure.code == .missing
            {
                return nil
            }
        }
        return entries
    }

    private func value(_ key: String) async throws -> String {
        try await runner.output(of: Command("sysctl", ["-n", key], assumed: "1")).trimmed
    }

    /// With slashes, since an interface's name may have dots.
    private static func key(_ interface: String) -> String { "net/ipv4/conf/\(interface)/forwarding" }
}
