extension NamespaceProvider {
    /// They do: they stand beside the machines.
    public var snapshotsOutliveMachines: Bool { true }

    private func snapshots(_ record: ClusterRecord) -> NamespaceSnapshots {
        NamespaceSnapshots(root: root, files: files, record: record)
    }

    /// What copies of the machines' folders take.
    public func room(
        for snapshot: SnapshotName, of record: ClusterRecord, limit: Duration
    ) async throws -> CopyRoom {
        try await snapshots(record).room(record.members.map { NamespaceLayout.lxd($0.name) }, limit: limit)
    }

    /// What copies of the copies take.
    public func room(
        toRestore snapshot: SnapshotName, of record: ClusterRecord, limit: Duration
    ) async throws -> CopyRoom {
        try await snapshots(record).room([NamespaceLayout(record).snapshot(snapshot)], limit: limit)
    }

    /// The folders that are there.
    public func snapshots(of record: ClusterRecord) async throws -> [SnapshotName: Set<MemberName>] {
        try await snapshots(record).all()
    }

    /// Copies the machine's folder, below which nothing is mounted while the machine is off.
    public func take(
        _ snapshot: SnapshotName, of member: MemberName, in record: ClusterRecord, limit: Duration
    ) async throws -> Int? {
        try await snapshots(record).take(snapshot, of: member, limit: limit)
    }

    /// Claims the name on the host, if it is free, and puts a copy of the snapshot in the place of the machine's folder.
    public func restore(
        _ member: MemberName, to snapshot: SnapshotName, of record: ClusterRecord, limit: Duration
    ) async throws {
        _ = try await claim(member, for: record)
        try await snapshots(record).restore(member, to: snapshot, limit: limit)
    }

    /// Removes the folder.
    public func delete(_ snapshot: SnapshotName, of record: ClusterRecord, limit: Duration) async throws {
        try await snapshots(record).delete(snapshot, limit: limit)
    }
}
