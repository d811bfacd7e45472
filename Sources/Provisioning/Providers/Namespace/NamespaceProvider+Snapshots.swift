extension NamespaceProvider {
    private func snapshots(_ state: ClusterState) -> NamespaceSnapshots {
        NamespaceSnapshots(root: root, engine: engine, files: files, state: state)
    }

    /// What copies of the machines' folders take.
    package func room(
        for snapshot: SnapshotName, of state: ClusterState, limit: Duration
    ) async throws -> CopyRoom {
        try await snapshots(state).room(state.members.map { NamespaceLayout.daemon($0.name, engine) }, limit: limit)
    }

    /// What copies of the copies take.
    package func room(
        toRestore snapshot: SnapshotName, of state: ClusterState, limit: Duration
    ) async throws -> CopyRoom {
        try await snapshots(state).room([NamespaceLayout(state).snapshot(snapshot)], limit: limit)
    }

    /// The folders that are there.
    package func snapshots(of state: ClusterState) async throws -> [SnapshotName: Set<MemberName>] {
        try await snapshots(state).all()
    }

    /// Copies the machine's folder, below which nothing is mounted while the machine is off.
    package func take(
        _ snapshot: SnapshotName, of member: MemberName, in state: ClusterState, limit: Duration
    ) async throws -> Int? {
        try await snapshots(state).take(snapshot, of: member, limit: limit)
    }

    /// Claims the name on the host, if it is free, and puts a copy of the snapshot in the place of the machine's folder.
    package func restore(
        _ member: MemberName, to snapshot: SnapshotName, of state: ClusterState, limit: Duration
    ) async throws {
        _ = try await claim(member, for: state)
        try await snapshots(state).restore(member, to: snapshot, limit: limit)
    }

    /// Removes the folder.
    package func delete(_ snapshot: SnapshotName, of state: ClusterState, limit: Duration) async throws {
        try await snapshots(state).delete(snapshot, limit: limit)
    }
}
