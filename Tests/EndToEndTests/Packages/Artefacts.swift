import Foundation
import Provisioning
import Testing

/// What a release consists of, and how it is installed.
@Suite("Packages") struct Packages {}

/// The archive, the package and their sums, as `make dist deb` makes them from this tree.
struct Artefacts {
    /// The folder that they are in.
    let folder: String
    /// The archive without its ending, and the name of the folder in it.
    let name: String
    var archive: String { "\(folder)/\(name).tar.gz" }
    let package: String
    /// The unpacked archive.
    var tree: String { "\(folder)/\(name)" }
    /// As `scripts/version` prints it.
    let version: String

    /// Those that all tests share: in the folder that `BCM_TEST_DIST` names, or made here, once.
    static func made() async throws -> Artefacts { try await once.value }

    private static let once = Task {
        let folder = "\(Product.sources)/.build/test-dist"
        try await Shell.output("rm -rf \"$1\" && mkdir -p \"$1\"", folder)
        if let given = ProcessInfo.processInfo.environment["BCM_TEST_DIST"] {
            try await Shell.output("cp -R \"$1\"/. \"$2\"", given, folder)
        } else {
            try await Shell.output("make -s -C \"$1\" dist deb DIST=\"$2\"", Product.sources, folder)
        }
        let version = try await Shell.output("\"$1/scripts/version\"", Product.sources).trimmed
        let machine = try await Shell.output("uname -m").trimmed
        let architecture = try await Shell.output("dpkg --print-architecture").trimmed
        let made = Artefacts(
            folder: folder, name: "bcmcluster-\(version)-linux-\(machine)",
            package: "\(folder)/bcmcluster_\(version)_\(architecture).deb", version: version)
        try await Shell.output("tar -C \"$1\" -xzf \"$2\"", folder, made.archive)
        return made
    }
}

/// Lines of a shell, as a user types them.
enum Shell {
    /// Runs the line, whose `$1` and so on are the words; it knows the proxies of this machine.
    static func run(
        _ line: String, _ words: [String] = [], adding: [String: String] = [:]
    ) async throws -> CommandResult {
        let variables = adding.sorted { $0.key < $1.key }.map { "\($0)=\($1)" }
        var command = Command(
            "/usr/bin/env",
            ["-u", "MAKEFLAGS", "-u", "MAKELEVEL"] + variables + ["bash", "-ec", line, "bash"] + words,
            limit: .seconds(3600), effect: .changes)
        command.proxies = .all
        return try await LocalRunner().run(command)
    }

    /// What the line prints; it has to succeed.
    @discardableResult
    static func output(
        _ line: String, _ words: String..., at location: SourceLocation = #_sourceLocation
    ) async throws -> String {
        let result = try await run(line, words)
        try #require(
            result.succeeded, "\(line): \(result.ending)\n\(result.output.suffix(4000))\n\(result.errors.suffix(4000))",
            sourceLocation: location)
        return result.output
    }
}

/// A folder below /tmp that ends with the test.
func withFolder(_ work: (String) async throws -> Void) async throws {
    let folder = try await Shell.output("mktemp -d /tmp/bcmcluster-test-XXXXXX").trimmed
    defer { try? FileManager.default.removeItem(atPath: folder) }
    try await work(folder)
}
