extension MultipassProvider {
    private var snapshots: MultipassSnapshots { MultipassSnapshots(base) }

    /// Next to nothing: multipass keeps what changes since.
    ///
    /// Throws where the user has given a snapshot of a VM that name.
    package func room(
        for snapshot: SnapshotName, of state: ClusterState, limit: Duration
    ) async throws -> CopyRoom {
        try await explained { try await snapshots.check() }
        let all = try await explained { try await snapshots.list() }
        let taken = state.members.map(\.name.text).filter { machine in
            all[machine]?[snapshot.text].map { $0 != MultipassSnapshots.mark } ?? false
        }
        guard taken.isEmpty else {
            throw Failure(
                .conflict,
                "\(taken.joined(separator: ", ")) has a snapshot \(snapshot) already, which bcmcluster did not take",
                hint: "choose another name")
        }
        return CopyRoom(needed: 0, free: nil, isShared: true, place: "multipass")
    }

    /// Next to nothing.
    package func room(
        toRestore snapshot: SnapshotName, of state: ClusterState, limit: Duration
    ) async throws -> CopyRoom {
        CopyRoom(needed: 0, free: nil, isShared: true, place: "multipass")
    }

    /// The snapshots that have our comment.
    package func snapshots(of state: ClusterState) async throws -> [SnapshotName: Set<MemberName>] {
        var found: [SnapshotName: Set<MemberName>] = [:]
        for (machine, names) in try await explained({ try await snapshots.list() }) {
            guard let member = MemberName(machine, of: state.name) else { continue }
            for (name, comment) in names where comment == MultipassSnapshots.mark {
                if let name = try? SnapshotName(name) { found[name, default: []].insert(member) }
            }
        }
        return found
    }

    /// Takes one of the VM; how much it holds is multipass's own affair.
    package func take(
        _ snapshot: SnapshotName, of member: MemberName, in state: ClusterState, limit: Duration
    ) async throws -> Int? {
        try await explained { try await snapshots.take(snapshot.text, of: member.text, limit: limit) }
        return nil
    }

    /// Lets multipass do it; a VM that is gone has taken its snapshots along.
    package func restore(
        _ member: MemberName, to snapshot: SnapshotName, of state: ClusterState, limit: Duration
    ) async throws {
        try await explained { try await snapshots.restore(member.text, to: snapshot.text, limit: limit) }
    }

    /// Deletes those of the VMs, one after the other.
    package func delete(_ snapshot: SnapshotName, of state: ClusterState, limit: Duration) async throws {
        for member in try await snapshots(of: state)[snapshot, default: []].sorted() {
            try await explained { try await snapshots.delete(snapshot.text, of: member.text) }
        }
    }

    private func explained<Answer>(_ work: () async throws -> Answer) async throws -> Answer {
        do { return try await work() } catch let failure as Failure { throw MultipassError.explained(failure) }
    }
}
