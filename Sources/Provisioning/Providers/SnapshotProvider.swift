/// Snapshots of a cluster's machines: taken of machines that are off, to go back to.
///
/// A snapshot of the cluster is one of each machine under the same name. As for machines, every method is idempotent.
package protocol SnapshotProvider: Sendable {
    /// What a snapshot of all machines would take; throws `Failure.missing` where there can be none, and
    /// `Failure.conflict` where somebody else has one of that name.
    func room(for snapshot: SnapshotName, of state: ClusterState, limit: Duration) async throws -> CopyRoom
    /// What it would take to make the machines what they were.
    func room(toRestore snapshot: SnapshotName, of state: ClusterState, limit: Duration) async throws -> CopyRoom
    /// The snapshots that there are, with the members whose machines are whole in them; also what is left of a run that
    /// was cut off.
    func snapshots(of state: ClusterState) async throws -> [SnapshotName: Set<MemberName>]
    /// Takes a snapshot of a machine that is off, and returns its bytes where they are known.
    func take(
        _ snapshot: SnapshotName, of member: MemberName, in state: ClusterState, limit: Duration
    ) async throws -> Int?
    /// Makes a machine that is off what it was, and recreates it where there is none; it is off afterwards too.
    func restore(
        _ member: MemberName, to snapshot: SnapshotName, of state: ClusterState, limit: Duration
    ) async throws
    /// Removes the snapshots of that name with whatever is left of them.
    func delete(_ snapshot: SnapshotName, of state: ClusterState, limit: Duration) async throws
}

/// The room that copies of machines need, and have.
package struct CopyRoom: Sendable, Equatable {
    /// The bytes of full copies.
    package var needed: Int
    /// The bytes that are free where they go; `nil` if unknown.
    package var free: Int?
    /// Whether copies share their room with what they are of, so that they need next to none.
    package var isShared: Bool
    package var place: String

    package init(needed: Int, free: Int?, isShared: Bool, place: String) {
        self.needed = needed
        self.free = free
        self.isShared = isShared
        self.place = place
    }

    /// What the members may write while they are copied.
    private static let spare = 64 << 20

    /// Throws `Failure.conflict` where full copies are needed and do not fit.
    package func check() throws {
        guard !isShared, let free, needed + Self.spare > free else { return }
        throw Failure(
            .conflict,
            "full copies need \(ByteSize.brief(needed)), and \(ByteSize.brief(free)) is free at \(place)",
            hint: "free disk space there, or use a file system with copy-on-write there, such as btrfs or xfs")
    }
}
