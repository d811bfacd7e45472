import Foundation
import Provisioning
import Schemas
import Testing

extension Evidence {
    /// Notes the clusters of the sandbox, of which one has just come up.
    static func note(_ sandbox: Sandbox) async throws {
        guard file != nil, let test = Test.current else { return }
        let suite = test.sourceLocation.fileName.replacing(".swift", with: "")
        for cluster in try FileManager.default.contentsOfDirectory(atPath: "\(sandbox.runtime)/clusters") {
            guard let state = try? sandbox.state(of: cluster) else { continue }
            let version = try await LocalRunner().output(of: Command(state.engine.client, ["--version"])).trimmed
            try Evidence(
                "tested", provider: state.settings.provider.rawValue, engine: state.engine.title, version: version,
                system: try system(), suite: suite
            ).append()
        }
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
