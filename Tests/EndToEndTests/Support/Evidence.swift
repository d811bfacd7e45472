import Foundation
import Provisioning
import Testing

/// What the tests have run on, for docs/compatibility.md: a line of JSON for each cluster that came up in a test.
///
/// Written to the file that `BCM_TEST_EVIDENCE` names, and nowhere without it; `BCM_TEST_COMMAND` says what ran the tests.
enum Evidence {
    private struct Entry: Encodable {
        var kind = "tested"
        var provider: String
        var engine: String
        var version: String
        var system: String
        var command: String
        var suite: String
    }

    private static func variable(_ name: String) -> String? { ProcessInfo.processInfo.environment[name] }

    /// Notes the clusters of the sandbox, of which one has just come up.
    static func note(_ sandbox: Sandbox) async throws {
        guard let path = variable("BCM_TEST_EVIDENCE"), let test = Test.current else { return }
        let suite = test.sourceLocation.fileName.replacing(".swift", with: "")
        for cluster in try FileManager.default.contentsOfDirectory(atPath: "\(sandbox.runtime)/clusters") {
            guard let state = try? sandbox.state(of: cluster) else { continue }
            let version = try await LocalRunner().output(of: Command(state.engine.client, ["--version"])).trimmed
            let entry = Entry(
                provider: state.settings.provider.rawValue, engine: state.engine.title, version: version,
                system: try system(), command: variable("BCM_TEST_COMMAND") ?? "swift test", suite: suite)
            try append(entry, to: path)
        }
    }

    private static func append(_ entry: Entry, to path: String) throws {
        let encoder = JSONEncoder()
        encoder.outputFormatting = .sortedKeys
        let line = try encoder.encode(entry) + [10]
        let descriptor = open(path, O_WRONLY | O_APPEND | O_CREAT, 0o644)
        defer { close(descriptor) }
        let written = line.withUnsafeBytes { write(descriptor, $0.baseAddress, $0.count) }
        #expect(written == line.count, "\(path)")
    }

    /// Such as `Debian 12`.
    private static func system() throws -> String {
        let lines = try String(contentsOfFile: "/etc/os-release", encoding: .utf8).split(separator: "\n")
        func value(_ key: String) -> String {
            let line = lines.first { $0.hasPrefix("\(key)=") } ?? ""
            return String(line.dropFirst(key.count + 1)).replacing("\"", with: "")
        }
        return "\(value("ID").capitalized) \(value("VERSION_ID"))"
    }
}
