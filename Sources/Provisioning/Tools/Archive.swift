/// What `tar` reports, of GNU and of BSD.
enum TarError: ToolError {
    /// The file is no archive.
    case noArchive
    /// The archive has nothing of that name.
    case noSuchEntry
    /// A name in the archive leads out of the folder into which it is unpacked.
    case leavesFolder
    /// That it fails for what it has reported before.
    case earlierErrors

    static let signs: [(sign: String, error: TarError)] = [
        ("not look like a tar", .noArchive), ("Unrecognized archive", .noArchive),
        ("Not found in archive", .noSuchEntry), ("Removing leading", .leavesFolder),
        ("contains '..'", .leavesFolder), ("previous errors", .earlierErrors),
        ("Error exit delayed", .earlierErrors),
    ]
}

/// A compressed archive, made by `tar`.
package struct Archive: Sendable {
    private let runner: any CommandRunner

    /// Archives of the machine that the runner reaches.
    package init(_ runner: any CommandRunner) { self.runner = runner }

    /// Packs a folder, by its name in the folder above it, into a file that only its owner can read.
    ///
    /// It is packed beside the folder and copied then: `tar` itself would let others read it.
    package func pack(_ folder: String, in parent: String, as file: String) async throws {
        let packed = "\(parent)/\(folder).tar.gz"
        try await runner.output(
            of: Command("tar", ["-czf", packed, "-C", parent, folder], limit: .seconds(120), effect: .changes))
        try await runner.output(
            of: Command("install", ["-m", "0600", "--", packed, file], effect: .changes),
            hint: "choose a file in an existing, writable folder")
    }
}
