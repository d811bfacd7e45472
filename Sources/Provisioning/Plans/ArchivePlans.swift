/// The recipe of `snapshot export`: one file of the copies of all machines.
enum ExportPlan {
    /// The steps, one after the other: each part ends where the next begins.
    static func plan(_ snapshot: SnapshotName, of state: ClusterState, as archive: ArchiveInTheMaking) -> ClusterPlan {
        var plan = ClusterPlan()
        var last = plan.add(BeginArchive(archive: archive))
        for member in state.members {
            last = plan.add(PackMember(name: member.name, snapshot: snapshot, archive: archive), after: [last])
        }
        last = plan.add(FinishArchive(archive: archive), after: [last])
        plan.add(DropUnfinishedArchive(archive: archive), regardless: [last], evenIfCancelled: true)
        return plan
    }
}

/// The recipe of `snapshot import`: a cluster out of an archive.
enum ImportPlan {
    /// The steps for the cluster of that state.
    static func plan(for state: ClusterState, from archive: ImportedArchive) -> ClusterPlan {
        var plan = ClusterPlan()
        let names = state.members.map(\.name)

        // Nothing is made for an archive that is damaged.
        let checked = plan.add(CheckArchive(archive: archive))
        let recorded = plan.add(WriteState(), after: [checked])
        for member in state.members {
            let sizes = Setting.sizes.compactMap { size in member.sizes?[size].map { (size, $0.value) } }
            plan.add(
                WriteEnvironment(
                    name: member.name, provider: state.settings.provider,
                    decided: state.decided.merging(sizes) { _, own in own }), after: [recorded])
        }

        // Machines get their places once all of them are there, and have their names and addresses.
        let host = plan.add(PrepareHost(), after: [recorded])
        let unpacked = names.map { plan.add(UnpackMember(name: $0, archive: archive), after: [host]) }
        let adapted = plan.add(AdaptMembers(archive: archive), after: unpacked)
        let placed = names.map { plan.add(PlaceMember(name: $0), after: [adapted]) }
        let complete = plan.add(CommitImport(), after: placed)

        let online = StartPlan.add(to: &plan, state, after: [complete])
        let certificate = plan.add(FetchCertificate(name: state.first), after: [online])
        plan.add(AddRemote(name: state.first), after: [certificate])
        return plan
    }

    /// The command that does what is left once all machines are there; `nil` before.
    static func commandAfterImport(of cluster: ClusterName, _ plan: ClusterPlan, _ outcome: PlanOutcome) -> String? {
        guard let commit = plan.entries.firstIndex(where: { $0.step is CommitImport }),
            (outcome.done + outcome.skipped).contains(commit)
        else { return nil }
        return "bcmcluster up -c \(cluster)"
    }
}
