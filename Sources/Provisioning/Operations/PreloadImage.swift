/// Puts an image onto every member: `bcmcluster image preload`.
package struct PreloadImage: Operation {
    private let cluster: ClusterName
    private let image: String
    private let options: OperationOptions

    /// The image is a file, or an image of one of the client's remotes such as `ubuntu:24.04`.
    package init(_ image: String, onto cluster: ClusterName, options: OperationOptions = OperationOptions()) {
        self.cluster = cluster
        self.image = image
        self.options = options
    }

    package func run(in app: AppContext) async throws -> ChangeReport {
        let source = try source(app.files)
        let request = ChangeRequest(
            cluster: cluster, command: "image preload", operands: [Shell.quoted(image)], options: options)
        return try await app.changeExisting(request) { state, context in
            guard let remote = state.remote?.name else {
                throw Failure(
                    .conflict, "\(Engine.current.client) has no remote for \(cluster)",
                    hint: "bcmcluster up -c \(cluster) adds it")
            }
            let fingerprint = try await context.images(of: remote).fingerprint(of: source)
            return PlannedChange(
                plan: PreloadPlan.plan(source, fingerprint, remote: remote, of: state), context: context,
                rowOutcome: "copied",
                summary: { _, took in
                    let alias = source.alias.map { "\($0), " } ?? ""
                    return [
                        "image \(alias)\(fingerprint.prefix(12)) is on every member of \(cluster) (\(took.brief))"
                    ]
                })
        }
    }

    /// A file where one is, else an image of a remote.
    private func source(_ files: any Files) throws -> ImageSource {
        switch try files.kind(of: image) {
        case .file, .link: return .file(image)
        case .folder, .other: throw Failure(.badInput, "\(Shell.quoted(image)) is not a file")
        case nil:
            let parts = image.split(separator: ":", maxSplits: 1, omittingEmptySubsequences: false)
            guard parts.count == 2, !parts[0].isEmpty, !parts[0].contains("/"), !parts[1].isEmpty else {
                throw Failure(
                    .badInput, "file \(Shell.quoted(image)) not found",
                    hint: "name a file, or an image of a remote such as ubuntu:24.04")
            }
            return .remote(image)
        }
    }
}
