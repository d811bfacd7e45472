import Foundation
import Provisioning

/// What was simulated, for docs/compatibility.md: a line of JSON in the file that `BCM_TEST_EVIDENCE` names.
enum Evidence {
    static func note(_ release: SimulatedRelease) throws {
        guard let path = Person.variable("BCM_TEST_EVIDENCE") else { return }
        let entry = [
            "kind": "simulated", "provider": ProviderName.multipass.rawValue, "engine": release.engine.title,
            "version": release.version, "system": "any", "command": Person.variable("BCM_TEST_COMMAND") ?? "swift test",
            "suite": "SimulationTests",
        ]
        let encoder = JSONEncoder()
        encoder.outputFormatting = .sortedKeys
        if !FileManager.default.fileExists(atPath: path) {
            _ = FileManager.default.createFile(atPath: path, contents: nil)
        }
        let file = try FileHandle(forWritingTo: URL(filePath: path))
        try file.seekToEnd()
        try file.write(contentsOf: encoder.encode(entry) + [10])
        try file.close()
    }
}
