extension ClusterRecord {
    /// The record while the cluster goes back to what it was: every machine of now and of then is in it.
    public func goingBack(to snapshot: SnapshotName, _ saved: SavedCluster) -> ClusterRecord {
        var record = including(saved.record.members.map(\.name))
        for index in record.members.indices {
            let then = saved.record.member(record.members[index].name)
            if record.members[index].address == nil { record.members[index].address = then?.address }
            if record.members[index].host == nil { record.members[index].host = then?.host }
        }
        // A host that has left since comes back, with another number if its own has been given away.
        for entry in saved.record.spread ?? [] where !record.hosts.contains(entry.host) { record.take(entry) }
        record.restoring = snapshot
        return record
    }

    /// The record of then, with what belongs to now: what marks the cluster's things on the host, and the remote.
    public func becoming(_ saved: SavedCluster) -> ClusterRecord {
        var record = saved.record
        record.identifier = identifier
        record.created = created
        record.remote = remote
        record.isGoing = nil
        record.restoring = nil
        return record
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
        let then = saved.record.spread ?? []
        return (spread ?? []).filter { !then.contains($0) }.map(\.host)
    }

    /// The members that go when the cluster becomes what it was then.
    public func lost(by saved: SavedCluster) -> [MemberName] {
        members.map(\.name).filter { saved.record.member($0) == nil }
    }

    /// The members that come back when the cluster becomes what it was then.
    public func regained(by saved: SavedCluster) -> [MemberName] {
        saved.record.members.map(\.name).filter { member($0) == nil }
    }
}
