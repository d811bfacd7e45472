#if canImport(FoundationEssentials)
    import FoundationEssentials
#else
    import Foundation
#endif

/// What is kept about a snapshot of a cluster: written when all of its copies are whole.
package struct SavedCluster: Sendable, Equatable, Codable {
    /// The version of the file's form that this program writes and reads.
    package static let currentVersion = 2

    /// The version of the file's form.
    package var version: Int
    /// When it was taken, in seconds since 1970.
    package var taken: Int
    /// The cluster's state as it was then.
    package var state: ClusterState
    /// What the copies of all members take, where that is known.
    package var bytes: Int?
    /// Whether the copies share their room with the machines for as long as nothing changes.
    package var isClone: Bool

    package init(taken: Int, state: ClusterState, bytes: Int?, isClone: Bool) {
        version = Self.currentVersion
        self.taken = taken
        self.state = state
        self.bytes = bytes
        self.isClone = isClone
    }

    /// The snapshots of that cluster about which something is kept.
    package static func names(in folder: ClusterFolder, _ files: any Files) throws -> [SnapshotName] {
        try files.names(in: folder.snapshots).compactMap { file in
            file.hasSuffix(".json") ? try? SnapshotName(String(file.dropLast(5))) : nil
        }
    }

    /// Reads what is kept about a snapshot; `nil` where nothing is, `Failure.damaged` where it cannot be understood.
    package static func read(
        _ name: SnapshotName, in folder: ClusterFolder, _ files: any Files
    ) throws -> SavedCluster? {
        let path = folder.snapshot(name)
        guard let text = try files.read(path) else { return nil }
        guard let saved = try? decoded(from: Data(text.utf8)), saved.version == currentVersion,
            saved.state.version == ClusterState.currentVersion, saved.state.isConsistent(in: folder),
            Bounds.times.contains(saved.taken), saved.bytes.map(Bounds.bytes.contains) ?? true
        else {
            throw Failure(
                .damaged, "\(path) is damaged, and was not changed",
                hint: "fix it by hand, or bcmcluster snapshot delete -c \(folder.cluster) \(name)")
        }
        return saved
    }

    /// What is in a file of form 2, or of form 1, in which version 0.1.0 called the state otherwise.
    private static func decoded(from data: Data) throws -> SavedCluster {
        struct Former: Decodable {
            var version: Int
            var taken: Int
            var record: ClusterState?
            var state: ClusterState?
            var bytes: Int?
            var isClone: Bool
        }
        let former = try JSONDecoder().decode(Former.self, from: data)
        guard former.version == 1, var state = former.record ?? former.state else {
            return try JSONDecoder().decode(SavedCluster.self, from: data)
        }
        state.version = ClusterState.currentVersion
        return SavedCluster(taken: former.taken, state: state, bytes: former.bytes, isClone: former.isClone)
    }

    package func write(_ name: SnapshotName, in folder: ClusterFolder, _ files: any Files) throws {
        try files.makeFolder(folder.snapshots, mode: ClusterFolder.folderMode)
        try files.write(JSONText.text(self), to: folder.snapshot(name), mode: ClusterFolder.fileMode)
    }
}
