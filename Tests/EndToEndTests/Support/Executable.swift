import Provisioning

/// Programs that a test puts in place, to run them the moment after.
///
/// A child writes them: what this process has open for writing is inherited by whatever another test starts at that
/// moment, until that is another program, and for so long nobody can run the file ("Text file busy").
enum Executable {
    /// Writes a script.
    static func write(_ script: String, to path: String) async throws {
        try await LocalRunner().output(
            of: Command("install", ["--mode=755", "/dev/stdin", path], input: script, effect: .changes))
    }

    /// Copies a program.
    static func copy(_ program: String, to path: String) async throws {
        try await LocalRunner().output(
            of: Command("install", ["--mode=755", program, path], effect: .changes))
    }
}
