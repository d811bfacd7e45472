/// A compressed archive, made by `tar`.
public struct Archive: Sendable {
    private let runner: any CommandRunner

    /// Archives of the machine that the runner reaches.
    public init(_ runner: any CommandRunner) { self.runner = runner }

    /// Packs a folder, by its name in the folder above it, into a file that only its owner can read.
    ///
    /// It is packed beside the folder and copied then: `tar` itself would let others read it.
    public func pack(_ folder: String, in parent: String, as file: String) async throws {
        let packed = "\(parent)/\(folder).tar.gz"
        try await runner.output(
            of: Command("tar", ["-czf", packed, "-C", parent, folder], limit: .seconds(120), effect: .changes))
        try await runner.output(
            of: Command("install", ["-m", "0600", "--", packed, file], effect: .changes),
            hint: "choose a file in an existing, writable folder")
    }
}
