/// The snapshots of a provider whose machines cannot be copied: there are none, and none can be taken.
struct NoSnapshots: SnapshotProvider {
    let provider: ProviderName

    private var failure: Failure {
        let client = Engine.current.client
        return Failure(
            .missing, "there are no snapshots: the \(provider.rawValue) provider cannot copy a machine",
            hint: "save what is in the cluster with \(client) export and \(client) storage volume export")
    }

    func room(for snapshot: SnapshotName, of state: ClusterState, limit: Duration) async throws -> CopyRoom {
        throw failure
    }
    func room(toRestore snapshot: SnapshotName, of state: ClusterState, limit: Duration) async throws -> CopyRoom {
        throw failure
    }
    func snapshots(of state: ClusterState) async throws -> [SnapshotName: Set<MemberName>] { [:] }
    func take(
        _ snapshot: SnapshotName, of member: MemberName, in state: ClusterState, limit: Duration
    ) async throws -> Int? { throw failure }
    func restore(
        _ member: MemberName, to snapshot: SnapshotName, of state: ClusterState, limit: Duration
    ) async throws { throw failure }
    func delete(_ snapshot: SnapshotName, of state: ClusterState, limit: Duration) async throws {}
}
