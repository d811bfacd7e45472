/// The folder in which an image is put together: it goes with the work, however that ends.
struct ImageFolder {
    let context: PlanContext
    /// Who removes it: root, where root has unpacked into it.
    var owner: any CommandRunner

    /// A folder for work that the user can do without root.
    init(_ context: PlanContext, owner: (any CommandRunner)? = nil) {
        self.context = context
        self.owner = owner ?? context.runner
    }

    /// Where it is: one run at a time has the cluster's lock.
    private var path: String { context.folder.image }

    /// Does the work in the folder, which is empty.
    func use(_ work: (String) async throws -> Void) async throws {
        // What a run that was killed left.
        if try context.files.kind(of: path) != nil { try await remove() }
        try context.files.makeFolder(path, mode: ClusterFolder.folderMode)
        do { try await work(path) } catch {
            try? await remove()
            throw error
        }
        try await remove()
    }

    private func remove() async throws {
        // Options that every system's rm has; names in there may be in no encoding.
        var command = Command("rm", ["-rf", "--", path], limit: .seconds(120), effect: .changes)
        command.outlivesCancellation = true
        try await owner.output(of: command)
    }

    /// Writes what LXD wants to know of an image, packed, and answers where it is.
    func pack(_ metadata: ImageMetadata) async throws -> String {
        let packed = "\(path)/metadata.tar.gz"
        try context.files.write(
            metadata.text(), to: "\(path)/metadata.yaml", mode: ClusterFolder.fileMode)
        try await context.runner.output(
            of: Command("tar", ["-czf", packed, "-C", path, "metadata.yaml"], effect: .changes))
        return packed
    }
}

extension PlanContext {
    /// The image that this tool made from that source, where the cluster has it still.
    func madeImage(from source: String, on remote: String) async throws -> ListedImage? {
        guard let fingerprint = await store.state.images?[source] else { return nil }
        return try await images(of: remote).listed(fingerprint, from: source)
    }

    /// Notes the image that was made from that source before; answers whether the cluster has it.
    func notes(_ image: ImageFingerprintProvider, madeFrom source: String, on remote: String) async throws -> Bool {
        guard let there = try await madeImage(from: source, on: remote) else { return false }
        image.note(there.fingerprint, there.kind)
        return true
    }

    /// Writes to the state which image was made from that source.
    func remember(_ fingerprint: String, madeFrom source: String) async throws {
        try await store.update { $0.images = ($0.images ?? [:]).merging([source: fingerprint]) { $1 } }
    }
}
