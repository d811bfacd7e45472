/// What a daemon has stored in a machine, read from its folders: the daemon need not answer.
struct DataFolders: Sendable {
    private let runner: any CommandRunner

    /// The folders of the machine that the runner reaches.
    init(_ runner: any CommandRunner) { self.runner = runner }

    /// The instances, volumes and images, such as `containers/web-1`, sorted.
    ///
    /// LXD and Incus keep images in `images/`, and the rest in `storage-pools/POOL/KIND/NAME`, also where a pool's driver
    /// keeps the content elsewhere.
    func contents(of folders: [String]) async throws -> [String] {
        if folders.isEmpty { return [] }
        let places = folders.flatMap { ["-path", "\($0)/images/*", "-o", "-path", "\($0)/storage-pools/*/*/*", "-o"] }
        let command = Command(
            "find",
            folders + ["-mindepth", "2", "-maxdepth", "4", "("] + places.dropLast() + [
                ")", "-prune", "-printf", "%P\\n",
            ])
        let result = try await runner.run(command)
        guard result.succeeded(but: .noSuchFile) else { throw Failure(command, result) }
        return Set(result.output.split(separator: "\n").map(Self.brief)).sorted()
    }

    /// Without the pool: `storage-pools/default/containers/web-1` is `containers/web-1`.
    private static func brief(_ path: Substring) -> String {
        let parts = path.split(separator: "/")
        return (parts.first == "storage-pools" ? parts.dropFirst(2) : parts[...]).joined(separator: "/")
    }
}
