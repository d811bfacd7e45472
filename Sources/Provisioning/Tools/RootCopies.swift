/// Typed commands of coreutils and findutils: copies of root's folders, on whatever machine the runner reaches.
package struct RootCopies: Sendable {
    private let runner: any CommandRunner

    /// The folders that the runner reaches.
    package init(_ runner: any CommandRunner) { self.runner = runner }

    /// The folders at most that deep below the folder, by path relative to it; none where there is no such folder.
    package func folders(below folder: String, depth: Int) async throws -> [String] {
        let command = Command(
            "find", [folder, "-mindepth", "1", "-maxdepth", "\(depth)", "-type", "d", "-printf", "%P\\n"])
        let result = try await runner.run(command)
        guard result.succeeded || result.reports(SystemError.noSuchFile) else { throw Failure(command, result) }
        return result.output.split(separator: "\n").map(String.init)
    }

    /// The bytes on the disk of all that is in those folders; what comes and goes meanwhile may be counted or not.
    package func bytes(of folders: [String], limit: Duration) async throws -> Int {
        if folders.isEmpty { return 0 }
        let command = Command(
            "du", ["--summarize", "--total", "--block-size=1", "--one-file-system", "--"] + folders, limit: limit,
            assumed: "0 total")
        let result = try await runner.run(command)
        let last = result.output.split(separator: "\n").last?.split { " \t".contains($0) }.first
        guard let bytes = last.flatMap({ Int($0) }), Bounds.bytes.contains(bytes) else {
            throw Failure(command, result)
        }
        return bytes
    }

    /// Whether a copy there shares its room with the file; the copy that shows it is gone when this returns.
    package func canClone(_ file: String, to probe: String) async throws -> Bool {
        let arguments = ["--reflink=always", "--no-target-directory", "--", file, probe]
        let result = try await runner.run(Command("cp", arguments, effect: .changes))
        try await RootFiles(runner).remove([probe])
        return result.succeeded
    }

    /// Copies a folder as it is, holes and owners and all, cheaply where the file system can.
    ///
    /// What is mounted below it stays out. When this returns the copy is on the disk.
    package func copy(_ folder: String, to copy: String, limit: Duration) async throws {
        let how = ["--archive", "--reflink=auto", "--sparse=auto", "--one-file-system", "--no-target-directory"]
        try await change("cp", how + ["--", folder, copy], limit: limit)
        try await change("sync", ["--file-system", "--", copy], limit: limit)
    }

    /// Gives a file or folder another name on the same file system.
    package func rename(_ path: String, to name: String) async throws {
        try await change("mv", ["--no-target-directory", "--", path, name], limit: .seconds(90))
    }

    private func change(_ program: String, _ arguments: [String], limit: Duration) async throws {
        try await runner.output(of: Command(program, arguments, limit: limit, effect: .changes))
    }
}
