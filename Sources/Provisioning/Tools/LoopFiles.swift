/// File systems in files, such as storage pools on btrfs.
struct LoopFiles: Sendable {
    /// Runs commands where the files are, as root.
    private let root: any CommandRunner

    init(_ root: any CommandRunner) { self.root = root }

    /// Gives each btrfs in the folder an identifier of its own: the kernel takes two of one identifier for one, and would
    /// let a copy write into its original.
    func giveOwnIdentifiers(below folder: String, touches: Set<Subject>, limit: Duration) async throws {
        let files = try await StepScope.outcome(assuming: "") {
            let command = Command("find", [folder, "-maxdepth", "1", "-type", "f", "-name", "*.img"])
            let result = try await root.run(command)
            guard result.succeeded || result.reports(SystemError.noSuchFile) else { throw Failure(command, result) }
            return result.output
        }
        for file in files.split(separator: "\n").map(String.init) {
            // It exits with 2 where there is no file system that it knows.
            let kind = try await root.run(
                Command("blkid", ["--probe", "--match-tag", "TYPE", "--output", "value", file]))
            guard kind.output.trimmed == "btrfs" else { continue }
            try await root.output(
                of: Command("btrfstune", ["-f", "-m", file], limit: limit, effect: .changes, touches: touches),
                hint: "apt-get install btrfs-progs")
        }
    }
}
