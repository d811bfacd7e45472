import Foundation

/// One thing that a test has run on, for docs/reference/compatibility.md: a line of JSON in the file that `BCM_TEST_EVIDENCE` names.
public struct Evidence: Codable {
    /// `tested` or `simulated`.
    public var kind, provider, engine, version, system, command, suite: String

    /// Evidence of the command that `BCM_TEST_COMMAND` names.
    public init(
        _ kind: String, provider: String, engine: String, version: String, system: String, suite: String
    ) {
        (self.kind, self.provider, self.engine) = (kind, provider, engine)
        (self.version, self.system, self.suite) = (version, system, suite)
        command = ProcessInfo.processInfo.environment["BCM_TEST_COMMAND"] ?? "swift test"
    }

    /// The file that takes it; `nil` where none is asked for.
    public static var file: String? { ProcessInfo.processInfo.environment["BCM_TEST_EVIDENCE"] }

    /// Appends it to the file, in one write: tests that run beside this one do the same.
    public func append() throws {
        guard let path = Self.file else { return }
        let encoder = JSONEncoder()
        encoder.outputFormatting = .sortedKeys
        let line = try encoder.encode(self) + [10]
        let descriptor = open(path, O_WRONLY | O_APPEND | O_CREAT, 0o644)
        defer { close(descriptor) }
        guard line.withUnsafeBytes({ write(descriptor, $0.baseAddress, $0.count) }) == line.count else {
            throw CocoaError(.fileWriteUnknown)
        }
    }
}
