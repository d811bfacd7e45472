/// Writes a commented cluster file: `bcmcluster config init`.
package struct InitClusterFile: Operation {
    private let path: String
    private let name: ClusterName

    package init(at path: String, name: ClusterName) {
        self.path = path
        self.name = name
    }

    /// Writes it; throws `Failure.badInput` where something is there already.
    package func run(in app: AppContext) async throws -> String {
        guard path != "-" else {
            throw Failure(.badInput, "config init writes a file", hint: "name it, or leave it out")
        }
        guard try app.files.kind(of: path) == nil else {
            throw Failure.fileExists(path)
        }
        try app.files.write(ClusterFile.commented(name: name), to: path, mode: 0o644)
        return path
    }
}

/// Describes a cluster that is there as a file: `bcmcluster config show`.
package struct DescribeCluster: Operation {
    package struct Report: Sendable {
        /// The file's text: `up -f` of it changes nothing.
        package var text: String
        /// What it could not say, a sentence each.
        package var remarks: [String]
    }

    private let cluster: ClusterName

    package init(_ cluster: ClusterName) { self.cluster = cluster }

    package func run(in app: AppContext) async throws -> Report {
        let state = try app.existing(cluster)
        let context = try app.context(toLookAt: state)
        var remarks: [String] = []
        var live: ClusterFileDesign.Live?
        do {
            try await context.provider.check()
            live = try await ClusterFileDesign.Live.look(context)
        } catch let failure as Failure where failure.isNoAnswer || [.unreachable, .missing].contains(failure.code) {
            remarks.append(
                "\(cluster) does not answer: its storage pools and images are those of the file that was applied")
        }
        let traits = context.provider.traits
        let fixed = Set(traits.fixedSizes.keys).union(
            (try? await context.provider.sizing?.missingSizes())?.keys.map { $0 } ?? [])
        let former =
            state.file.flatMap {
                try? ClusterFileReader.parse(Array($0.text.utf8), path: $0.path, app.files, resolving: false)
            }
        let description = ClusterDescription(
            state: state, live: live?.summary, former: former, sizes: Setting.sizes.filter { !fixed.contains($0) })
        return Report(text: description.text, remarks: remarks)
    }
}

extension Failure {
    /// The failure of a file that was to be written, and exists.
    static func fileExists(_ path: String) -> Failure {
        Failure(.badInput, "\(Shell.quoted(path)) already exists", hint: "choose another file name")
    }
}
