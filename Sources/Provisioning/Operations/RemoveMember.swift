/// Removes a member from a cluster, and its machine: `bcmcluster member remove`.
package struct RemoveMember: Operation {
    private let word: String
    private let cluster: ClusterName
    private let isForced: Bool
    private let purges: Bool
    private let options: OperationOptions

    /// By force it goes without moving what runs on it, also where it does not answer.
    ///
    /// Where it `purges`, an engine that was installed on its host for the cluster is removed too.
    package init(
        _ member: String, of cluster: ClusterName, isForced: Bool = false, purges: Bool = false,
        options: OperationOptions = OperationOptions()
    ) {
        word = member
        self.cluster = cluster
        self.isForced = isForced
        self.purges = purges
        self.options = options
    }

    package func run(in app: AppContext) async throws -> ChangeReport {
        let request = ChangeRequest(cluster: cluster, command: "member remove", operands: [word], options: options)
        return try await app.changeExisting(request, purges: purges) { state, context in
            try await planned(state.members(named: [word])[0], context)
        }
    }

    /// What is to be done, checked against how the cluster is.
    func planned(_ member: MemberName, _ context: PlanContext) async throws -> PlannedChange<PlanContext> {
        let status = try await ClusterInspector(context, .thorough).status()
        let instances = status.members.first { $0.name == member.text }?.instances ?? 0
        return PlannedChange(
            plan: try await RemoveMemberPlan.checkedPlan(for: member, status, isForced: isForced, context),
            context: context, rowOutcome: "removed",
            confirmation: try confirmation(member, instances: instances, context),
            summary: { [cluster] _, took in ["member \(member) removed from \(cluster) (\(took.brief))"] })
    }

    private func confirmation(_ member: MemberName, instances: Int, _ context: PlanContext) throws -> Confirmation {
        let movedInstances = instances == 1 ? "the instance on it" : "the \(instances) instances on it"
        let isMoved = instances > 0 && !isForced
        let snapshots = try lostSnapshots(with: member, context).map(\.text)
        return Confirmation(
            command: "member remove", headline: "removing \(member) deletes:",
            losses: ["the machine \(member) and everything in it"] + (instances > 0 && isForced ? [movedInstances] : [])
                + (snapshots.isEmpty ? [] : ["the ability to restore \(snapshots.joined(separator: ", "))"]),
            remarks: isMoved ? ["\(movedInstances) will be moved to other members first"] : [])
    }

    /// The snapshots that are complete no more once the member's machine is deleted.
    private func lostSnapshots(with member: MemberName, _ context: PlanContext) throws -> [SnapshotName] {
        if context.provider.traits.snapshotsOutliveMachines { return [] }
        return try SavedCluster.names(in: context.folder, context.files).filter {
            (try? SavedCluster.read($0, in: context.folder, context.files))?.state.member(member) != nil
        }
    }
}

extension Failure {
    /// The failure of a word that no member of the cluster has as its name.
    static func noMember(_ word: String, of state: ClusterState) -> Failure {
        let names = state.members.map(\.name.text)
        let shown = names.prefix(5).joined(separator: ", ") + (names.count > 5 ? " …" : "")
        return Failure(
            .notFound, "\(state.name) has no member \(Shell.quoted(word.clipped))", hint: "it has \(shown)")
    }
}

extension ClusterState {
    /// The members that are named, each once, in that order; throws where the cluster has no such.
    func members(named words: [String]) throws -> [MemberName] {
        var members: [MemberName] = []
        for word in words {
            guard let name = MemberName(word, of: self.name), member(name) != nil else {
                throw Failure.noMember(word, of: self)
            }
            if !members.contains(name) { members.append(name) }
        }
        return members
    }
}
