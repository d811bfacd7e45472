/// A whole host cannot be copied from within.
extension BaremetalProvider {
    /// There are none.
    public var snapshotsOutliveMachines: Bool { false }

    private var refusal: Failure {
        Failure(
            .missing, "there are no snapshots of \(place): baremetal cannot copy a whole host",
            remedy: "save what is in the cluster with lxc export and lxc storage volume export")
    }

    /// Throws `Failure.missing`.
    public func room(
        for snapshot: SnapshotName, of record: ClusterRecord, limit: Duration
    ) async throws -> CopyRoom { throw refusal }

    /// Throws `Failure.missing`.
    public func room(
        toRestore snapshot: SnapshotName, of record: ClusterRecord, limit: Duration
    ) async throws -> CopyRoom { throw refusal }

    /// None.
    public func snapshots(of record: ClusterRecord) async throws -> [SnapshotName: Set<MemberName>] { [:] }

    /// Throws `Failure.missing`.
    public func take(
        _ snapshot: SnapshotName, of member: MemberName, in record: ClusterRecord, limit: Duration
    ) async throws -> Int? { throw refusal }

    /// Throws `Failure.missing`.
    public func restore(
        _ member: MemberName, to snapshot: SnapshotName, of record: ClusterRecord, limit: Duration
    ) async throws { throw refusal }

    /// There is nothing to remove.
    public func delete(_ snapshot: SnapshotName, of record: ClusterRecord, limit: Duration) async throws {}
}
