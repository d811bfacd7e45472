/// The recipe of `snapshot restore`: makes the cluster what it was, with the members of the snapshot.
package enum RestorePlan {
    /// Throws where the cluster cannot go back to that snapshot; asked before anything is touched.
    package static func check(_ snapshot: ClusterSnapshot, _ status: ClusterStatus) throws {
        if let trouble = snapshot.trouble {
            throw Failure(
                .conflict, "the snapshot \(snapshot.name) of \(status.cluster) is incomplete: \(trouble)",
                hint: "delete it with bcmcluster snapshot delete -c \(status.cluster) \(snapshot.name)")
        }
        if let deleted = status.members.first(where: { $0.machine == .deleted }),
            let name = MemberName(deleted.name, of: status.cluster)
        {
            throw LaunchMachine.deleted(name, hint: deleted.machineHint)
        }
    }

    /// Throws where a member's copy is on anspread from its machine is now: it could not go back there.
    package static func checkHosts(_ state: ClusterState, _ saved: SavedCluster, _ snapshot: SnapshotName) throws {
        let moved = state.members.map(\.name).filter { name in
            saved.state.member(name) != nil && saved.state.host(of: name) != state.host(of: name)
        }
        guard let first = moved.first else { return }
        let places = moved.map { "\($0) was on \(saved.state.host(of: $0)) and is on \(state.host(of: $0)) now" }
        throw Failure(
            .conflict, "cannot restore \(state.name) from \(snapshot): \(places.joined(separator: ", "))",
            hint: "bcmcluster member remove -c \(state.name) \(first), then run the same command again")
    }

    /// The steps from the state as it is, with the addresses of those that come back, to the one at snapshot time.
    package static func plan(
        for state: ClusterState, _ status: ClusterStatus, to snapshot: SnapshotName, _ saved: SavedCluster
    ) -> ClusterPlan {
        var plan = ClusterPlan()
        let then = state.becoming(saved)

        // Nothing is stopped for copies that do not fit.
        let room = plan.add(CheckRoom(snapshot: snapshot, purpose: .restoring))
        let off = StopPlan.add(to: &plan, state, status, after: [room])

        // From here on the machines may be of different times, and whoever comes next has to know.
        let marked = plan.add(MarkRestoring(state: state.stateForRestore(to: snapshot, saved)), after: off)

        // The machines of the snapshot, as they were, and those that came since, away.
        let restored = then.members.map {
            plan.add(RestoreMachine(name: $0.name, snapshot: snapshot), after: [marked])
        }
        let removed = state.lost(by: saved).map { name in
            plan.add(RemoveMemberFromState(name: name), after: [plan.add(RemoveMachine(name: name), after: [marked])])
        }
        let released = state.hostsLeft(by: saved).map {
            plan.add(ReleaseHost(host: $0), after: restored + removed)
        }
        let whole = plan.add(CommitRestoredState(saved: saved), after: restored + removed + released)

        // Who comes back has lost its .env, with what was chosen for it.
        for name in state.regained(by: saved) {
            plan.add(
                WriteEnvironment(name: name, provider: then.settings.provider, decided: then.decided), after: [whole])
        }

        // On again; the cluster itself says that it has a quorum.
        let online = StartPlan.add(to: &plan, then, after: [whole])

        // The user's client: the restored cluster may have had another first member, or another certificate.
        guard state.remote != nil || saved.state.remote != nil else { return plan }
        var before = [online]
        if let remote = state.remote, saved.state.remote == nil {
            // The restored cluster does not know the client, so that it has to be added again.
            before = [plan.add(RemoveRemote(remote: remote), after: before)]
        }
        let certificate = plan.add(FetchCertificate(name: then.first), after: before)
        let added = plan.add(AddRemote(name: then.first), after: [certificate])
        plan.add(UpdateRemoteAddress(name: then.first), after: [added])
        return plan
    }

    /// The command that does what is left after a run that has ended early; `nil` where the machines are not, or not yet,
    /// what they were, and only another restore is a way out.
    ///
    /// Another restore would lose what has been written since the start of the first machine.
    package static func commandAfterRestore(of cluster: ClusterName, _ plan: ClusterPlan, _ outcome: PlanOutcome)
        -> String?
    {
        let steps = plan.entries.map(\.step)
        func isDone(_ index: Int?) -> Bool { index.map { (outcome.done + outcome.skipped).contains($0) } ?? false }
        guard isDone(steps.firstIndex { $0 is CommitRestoredState }) else { return nil }
        let verb = isDone(steps.lastIndex { $0 is VerifyCluster }) ? "repair" : "start"
        return "bcmcluster \(verb) -c \(cluster)"
    }
}
