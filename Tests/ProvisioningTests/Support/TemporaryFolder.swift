import FoundationEssentials
import Provisioning

/// A folder of a test's own that is gone when the test is.
final class TemporaryFolder: Sendable {
    let path: String

    init() throws {
        let base = SystemCalls.environment("TMPDIR") ?? "/tmp"
        path = "\(base)/bcmcluster-test-\(UUID().uuidString)"
        try LocalFiles().makeFolder(path, mode: 0o700)
    }

    deinit { try? LocalFiles().remove(path) }
}

/// Files that stand beside the tests.
enum TestFile {
    private static let tests = #filePath.split(separator: "/").dropLast(2).map { "/" + $0 }.joined()
    /// The package's root.
    static let root = tests.split(separator: "/").dropLast(2).map { "/" + $0 }.joined()

    static func golden(_ name: String) throws -> String { try text("\(tests)/Golden/\(name)") }
    static func fixture(_ name: String) throws -> String { try text("\(tests)/Fixtures/\(name)") }

    private static func text(_ path: String) throws -> String {
        guard let text = try LocalFiles().read(path) else { throw Failure(.files, "there is no \(path)") }
        return text
    }
}
