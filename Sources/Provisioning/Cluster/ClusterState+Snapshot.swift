extension ClusterState {
    /// The state while the cluster goes back to what it was: every machine of the present and of the snapshot is in it.
    package func stateForRestore(to snapshot: SnapshotName, _ saved: SavedCluster) -> ClusterState {
        var state = including(saved.state.members.map(\.name))
        for index in state.members.indices {
            let then = saved.state.member(state.members[index].name)
            if state.members[index].address == nil { state.members[index].address = then?.address }
            if state.members[index].host == nil { state.members[index].host = then?.host }
        }
        // A host that has left since comes back, with another number if its own has been given away.
        for entry in saved.state.spread ?? [] where !state.hosts.contains(entry.host) { state.take(entry) }
        state.restoring = snapshot
        return state
    }

    /// The state at snapshot time, with what belongs to now: what marks the cluster's things on the host, and the remote.
    package func becoming(_ saved: SavedCluster) -> ClusterState {
        var state = saved.state
        state.identifier = identifier
        state.created = created
        state.remote = remote
        state.isDeleting = nil
        state.restoring = nil
        state.importing = nil
        return state
    }

    /// Adds a host, under another number if its own is another host's.
    mutating func take(_ entry: HostAddress) {
        var entry = entry
        let taken = Set((spread ?? []).map(\.number))
        if taken.contains(entry.number) { entry.number = (0...taken.count).first { !taken.contains($0) } ?? 0 }
        spread?.append(entry)
    }

    /// The hosts that are not the cluster's, or have another number, when it becomes what it was then.
    func hostsLeft(by saved: SavedCluster) -> [HostName] {
        let then = saved.state.spread ?? []
        return (spread ?? []).filter { !then.contains($0) }.map(\.host)
    }

    /// The members that go when the cluster becomes what it was then.
    package func lost(by saved: SavedCluster) -> [MemberName] {
        members.map(\.name).filter { saved.state.member($0) == nil }
    }

    /// The members that come back when the cluster becomes what it was then.
    package func regained(by saved: SavedCluster) -> [MemberName] {
        saved.state.members.map(\.name).filter { member($0) == nil }
    }
}
