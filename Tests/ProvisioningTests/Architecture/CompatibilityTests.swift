import Foundation
import Schemas
import Testing

@testable import Provisioning

/// What docs/reference/compatibility.md promises is what the tests ran, as docs/reference/compatibility.json keeps it.
///
/// `make compatibility` writes both from what the last runs of the tests have noted.
@Suite struct CompatibilityTests {
    /// What one kind of run has shown.
    private struct Group: Codable, Hashable {
        /// `tested` or `simulated`.
        var kind: String
        var provider: String
        var engine: String
        var version: String
        var system: String
        var command: String
        var suites: [String]
    }

    private static var docs: String { "\(TestFile.root)/docs/reference" }

    private static func kept() throws -> [Group] {
        try JSONDecoder().decode([Group].self, from: Data(contentsOf: URL(filePath: "\(docs)/compatibility.json")))
    }

    /// The releases of which Fixtures/engines has recordings, as `LXD 5.0.2`.
    private static func recorded() -> Set<String> {
        Set(RecordedEngine.allCases.map { "\($0.engine.title) \($0.version)" })
    }

    @Test func thePageIsMadeFromWhatTheTestsRan() throws {
        if let path = ProcessInfo.processInfo.environment["BCM_WRITE_COMPATIBILITY"] { try Self.write(from: path) }
        let page = try String(contentsOfFile: "\(Self.docs)/compatibility.md", encoding: .utf8)
        #expect(page == Self.page(try Self.kept()))
    }

    @Test func everySuiteThatIsNamedIsThere() throws {
        let names = try #require(FileManager.default.enumerator(atPath: "\(TestFile.root)/Tests"))
            .compactMap { ($0 as? String)?.split(separator: "/").last.map(String.init) }
        let kept = try Self.kept()
        #expect(!kept.isEmpty)
        for group in kept {
            #expect(!group.suites.isEmpty && group.suites.allSatisfy { names.contains("\($0).swift") })
            #expect(Engine.all.contains { $0.title == group.engine } && EngineVersion(group.version) != nil)
            #expect(ProviderRegistry.standard.names.contains { $0.rawValue == group.provider })
        }
    }

    /// Replaces what was kept of the same commands by what they noted now.
    private static func write(from path: String) throws {
        let decoder = JSONDecoder()
        let lines = try String(contentsOfFile: path, encoding: .utf8).split(separator: "\n")
            .map { try decoder.decode(Evidence.self, from: Data($0.utf8)) }
        let groups = Dictionary(grouping: lines) {
            Group(
                kind: $0.kind, provider: $0.provider, engine: $0.engine, version: $0.version, system: $0.system,
                command: $0.command, suites: [])
        }
        let new = groups.map { key, lines in
            var group = key
            group.suites = Set(lines.map(\.suite)).sorted()
            return group
        }
        let commands = Set(new.map(\.command))
        let all = ((try? kept()) ?? []).filter { !commands.contains($0.command) } + new
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .prettyPrinted, .withoutEscapingSlashes]
        let sorted = all.sorted {
            ($0.engine, $0.version, $0.system, $0.provider, $0.command)
                < ($1.engine, $1.version, $1.system, $1.provider, $1.command)
        }
        try (encoder.encode(sorted) + [10]).write(to: URL(filePath: "\(docs)/compatibility.json"))
        try page(sorted).write(toFile: "\(docs)/compatibility.md", atomically: true, encoding: .utf8)
    }

    // MARK: The page

    private static func page(_ all: [Group]) -> String {
        let providers = ProviderRegistry.standard.names.map(\.rawValue)
        let releases = Set(all.map { "\($0.engine) \($0.version)" }).union(recorded())
            .sorted { $0.localizedStandardCompare($1) == .orderedAscending }
        var lines = [
            "# Compatibility", "",
            "What was tried with which provider, engine, version and system. The table is written by `make compatibility` from",
            "what the tests noted while they ran, and a test compares the two.", "",
            "- **tested**: end-to-end tests made clusters of real daemons; with the multipass provider the VMs come from a",
            "  stand-in that is held to recordings of a real multipass.",
            "- **recorded**: answers of a real daemon are held against everything that reads them.",
            "- **simulated**: plans run against a model of that version, with faults.",
            "- **not tested**: nothing of it was tried.", "",
            "| Engine | System | \(providers.joined(separator: " | ")) |",
            "|---|---|\(String(repeating: "---|", count: providers.count))",
        ]
        for release in releases {
            let own = all.filter { "\($0.engine) \($0.version)" == release }
            let systems = Set(own.filter { $0.kind == "tested" }.map(\.system)).sorted()
            for system in systems + ["others"] {
                let cells = providers.map { cell(own, release, system: system, provider: $0) }
                lines.append("| \(release) | \(system) | \(cells.joined(separator: " | ")) |")
            }
        }
        return (lines + ["", "## Suites", ""] + suites(all)).joined(separator: "\n") + "\n"
    }

    private static func cell(_ own: [Group], _ release: String, system: String, provider: String) -> String {
        let ofProvider = own.filter { $0.provider == provider }
        let tested = ofProvider.filter { $0.kind == "tested" && $0.system == system }.map(\.command)
        if !tested.isEmpty {
            return "tested: " + Set(tested).sorted().map { "`\($0)`" }.joined(separator: ", ")
        }
        let words =
            (recorded().contains(release) ? ["recorded"] : [])
            + (ofProvider.contains { $0.kind == "simulated" } ? ["simulated"] : [])
        return words.isEmpty ? "not tested" : words.joined(separator: ", ")
    }

    private static func suites(_ all: [Group]) -> [String] {
        all.filter { $0.kind == "tested" }.map {
            "- \($0.engine) \($0.version) on \($0.system), \($0.provider) provider, `\($0.command)`: "
                + $0.suites.joined(separator: ", ")
        }
    }
}
