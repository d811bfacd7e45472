/// The recipe of `snapshot create`: a copy of every machine, of one moment, at which all of them are off.
package enum SnapshotPlan {
    /// Throws where a snapshot of the cluster would be incomplete, or would leave it in a state that nobody can check.
    package static func check(_ status: ClusterStatus) throws {
        let recorded = status.members.filter(\.isInState)
        let absent = recorded.filter { $0.machine == nil || $0.machine == .deleted }.map(\.name)
        guard absent.isEmpty else {
            throw Failure(
                .conflict, "machines missing: \(absent.joined(separator: ", ")); a snapshot needs all of them",
                hint: "see bcmcluster status -c \(status.cluster)")
        }
        let off = recorded.filter { !$0.isOnline }.map(\.name)
        guard status.isOn, !off.isEmpty else { return }
        throw Failure(
            .conflict, "\(off.joined(separator: ", ")) \(off.count > 1 ? "are" : "is") not online",
            hint: "run bcmcluster repair -c \(status.cluster) first; or bcmcluster stop: a stopped cluster is copied "
                + "without repair")
    }

    /// The steps for the members of the state; they are on again afterwards if any was on before.
    ///
    /// - Parameters:
    ///   - snapshot: its name, which no whole snapshot has.
    ///   - state: the members.
    ///   - status: their roles, and whether they are on.
    ///   - hasRemnant: whether a run that was cut off has left something of that name.
    ///   - copies: where what the copies take is put together.
    /// - Returns: the plan.
    package static func plan(
        _ snapshot: SnapshotName, of state: ClusterState, _ status: ClusterStatus, hasRemnant: Bool,
        copies: SnapshotCopies
    ) -> ClusterPlan {
        var plan = ClusterPlan()

        // Nothing is stopped for copies that do not fit.
        let room = plan.add(CheckRoom(snapshot: snapshot, purpose: .taking(copies)))

        // All machines are off at the same time: only then do their databases belong together.
        var off = StopPlan.add(to: &plan, state, status, after: [room])
        if hasRemnant {
            off = [plan.add(DeleteSnapshot(title: "delete the incomplete snapshot", snapshot: snapshot), after: off)]
        }

        // The copies, in parallel; what is recorded about them comes last, and makes a snapshot of them.
        let taken = state.members.map { member in
            plan.add(TakeSnapshot(name: member.name, snapshot: snapshot, copies: copies), after: off)
        }
        plan.add(SaveSnapshot(snapshot: snapshot, copies: copies), after: taken)

        // Where one fails the others are worth nothing, and the cluster comes back all the same.
        let settled = plan.add(DropUnfinishedSnapshot(snapshot: snapshot), regardless: taken)
        if status.isOn { StartPlan.add(to: &plan, state, regardless: taken + [settled]) }
        return plan
    }
}

/// The recipe of `snapshot delete`.
package enum DeleteSnapshotPlan {
    /// The steps; what is kept about it names it until nothing of it is left.
    package static func plan(_ snapshot: SnapshotName) -> ClusterPlan {
        var plan = ClusterPlan()
        let deleted = plan.add(DeleteSnapshot(snapshot: snapshot))
        plan.add(RemoveSnapshotFromState(snapshot: snapshot), after: [deleted])
        return plan
    }
}
