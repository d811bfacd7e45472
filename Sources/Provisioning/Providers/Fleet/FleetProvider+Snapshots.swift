/// Snapshots of machines on several hosts: each host keeps those of its own.
extension FleetProvider {
    /// The room on the host that has the least of it to spare.
    package func room(
        for snapshot: SnapshotName, of state: ClusterState, limit: Duration
    ) async throws -> CopyRoom {
        try await tightest(state) { try await $0.copies.room(for: snapshot, of: $1, limit: limit) }
    }

    /// The room on the host that has the least of it to spare.
    package func room(
        toRestore snapshot: SnapshotName, of state: ClusterState, limit: Duration
    ) async throws -> CopyRoom {
        try await tightest(state) { try await $0.copies.room(toRestore: snapshot, of: $1, limit: limit) }
    }

    private func tightest(
        _ state: ClusterState, _ ask: (any MachineProvider, ClusterState) async throws -> CopyRoom
    ) async throws -> CopyRoom {
        var tightest: CopyRoom?
        for host in hosts where !state.members(on: host.name).isEmpty {
            var room = try await onHost(named: host.name) { try await ask($0, state.restricted(to: host.name)) }
            room.place += " on \(host.name)"
            if let found = tightest, found.spare <= room.spare { continue }
            tightest = room
        }
        return tightest ?? CopyRoom(needed: 0, free: nil, isShared: true, place: "")
    }

    /// Those of all hosts, with the members that are whole on any.
    package func snapshots(of state: ClusterState) async throws -> [SnapshotName: Set<MemberName>] {
        try await forEachHost { try await $0.copies.snapshots(of: state) }
            .reduce(into: [:]) { $0.merge($1) { $0.union($1) } }
    }

    /// On the member's host.
    package func take(
        _ snapshot: SnapshotName, of member: MemberName, in state: ClusterState, limit: Duration
    ) async throws -> Int? {
        try await onHost(of: member) { try await $0.copies.take(snapshot, of: member, in: state, limit: limit) }
    }

    /// On the member's host.
    package func restore(
        _ member: MemberName, to snapshot: SnapshotName, of state: ClusterState, limit: Duration
    ) async throws {
        learn(state)
        try await onHost(of: member) { try await $0.copies.restore(member, to: snapshot, of: state, limit: limit) }
    }

    /// On every host.
    package func delete(_ snapshot: SnapshotName, of state: ClusterState, limit: Duration) async throws {
        _ = try await forEachHost { try await $0.copies.delete(snapshot, of: state, limit: limit) }
    }
}

extension CopyRoom {
    /// What would be left.
    fileprivate var spare: Int { isShared ? .max : (free ?? .max) - needed }
}
