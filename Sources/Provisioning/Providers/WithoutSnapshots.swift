/// A provider whose machines cannot be copied: it has no snapshots, takes none, and says why.
public protocol WithoutSnapshots: SnapshotProvider {
    /// What is said to whoever wants one.
    var whyNoSnapshots: Failure { get }
}

extension WithoutSnapshots {
    /// There are none.
    public var snapshotsOutliveMachines: Bool { false }

    /// Throws why there are none.
    public func room(
        for snapshot: SnapshotName, of state: ClusterState, limit: Duration
    ) async throws -> CopyRoom { throw whyNoSnapshots }

    /// Throws why there are none.
    public func room(
        toRestore snapshot: SnapshotName, of state: ClusterState, limit: Duration
    ) async throws -> CopyRoom { throw whyNoSnapshots }

    /// None.
    public func snapshots(of state: ClusterState) async throws -> [SnapshotName: Set<MemberName>] { [:] }

    /// Throws why there are none.
    public func take(
        _ snapshot: SnapshotName, of member: MemberName, in state: ClusterState, limit: Duration
    ) async throws -> Int? { throw whyNoSnapshots }

    /// Throws why there are none.
    public func restore(
        _ member: MemberName, to snapshot: SnapshotName, of state: ClusterState, limit: Duration
    ) async throws { throw whyNoSnapshots }

    /// There is nothing to remove.
    public func delete(_ snapshot: SnapshotName, of state: ClusterState, limit: Duration) async throws {}
}
