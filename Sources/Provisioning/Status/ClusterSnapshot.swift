/// A snapshot of a cluster: what is kept about it, and what of it the world shows.
package struct ClusterSnapshot: Sendable, Equatable {
    package let name: SnapshotName
    /// What is kept about it; `nil` where nothing is, or nobody can read it.
    package let saved: SavedCluster?
    /// The members whose machines are whole in it.
    package let present: Set<MemberName>

    package init(name: SnapshotName, saved: SavedCluster?, present: Set<MemberName>) {
        self.name = name
        self.saved = saved
        self.present = present
    }

    /// The members that it is of, or of which something is left.
    package var members: [MemberName] { saved?.state.members.map(\.name) ?? present.sorted() }
    /// The members that it should have and has not.
    package var missing: [MemberName] { members.filter { !present.contains($0) } }
    /// Whether the cluster can go back to it.
    package var isComplete: Bool { saved != nil && missing.isEmpty }

    /// What it lacks, without a full stop; `nil` where it is complete.
    package var trouble: String? {
        guard saved != nil else { return "left by an interrupted run, or still being taken" }
        if missing.isEmpty { return nil }
        return "\(missing.map(\.text).joined(separator: ", ")) \(missing.count > 1 ? "are" : "is") missing"
    }

    /// All of a cluster's, the oldest first, and what is left of unfinished ones.
    package static func all(_ context: PlanContext) async throws -> [ClusterSnapshot] {
        let present = try await context.provider.copies.snapshots(of: context.store.state)
        let (folder, files) = (context.folder, context.files)
        let names = Set(try SavedCluster.names(in: folder, files)).union(present.keys)
        return names.map { name in
            let saved = try? SavedCluster.read(name, in: folder, files)
            return ClusterSnapshot(name: name, saved: saved, present: present[name, default: []])
        }.sorted { ($0.saved?.taken ?? .max, $0.name) < ($1.saved?.taken ?? .max, $1.name) }
    }
}
