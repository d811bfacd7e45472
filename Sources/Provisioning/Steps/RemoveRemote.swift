/// Removes the cluster's remote from the person's `lxc`, and puts the default back if it is this remote.
struct RemoveRemote: Step {
    let title = "remove the lxc remote"
    let remote: ClusterRecord.Remote

    let member: MemberName? = nil

    func isDone(_ context: PlanContext) async throws -> Bool {
        do {
            return try await context.remotes.all()[remote.name] == nil
        } catch let failure as Failure where failure.code == .missing {
            return true
        }
    }

    func run(_ context: PlanContext) async throws {
        try await context.whileAloneWithClient { try await removeRemote(context) }
    }

    private func removeRemote(_ context: PlanContext) async throws {
        let remotes = context.remotes
        guard try remote.isOurs(context) else {
            context.remarks.add("your lxc remote \(remote.name) is not this cluster's any more, and was left alone")
            return
        }
        if try await remotes.defaultRemote(among: remotes.all()) == remote.name {
            try await remotes.makeDefault(asBefore: remote)
        }
        try await remotes.remove(remote.name)
    }
}

extension ClusterRecord.Remote {
    /// A remote is ours if it trusts our certificate, present or former, or nothing says otherwise.
    func isOurs(_ context: PlanContext) throws -> Bool {
        let present = try context.files.read(context.folder.certificate(MemberName(context.folder.cluster, 0)))
        let own = [present, certificate].compactMap { $0?.trimmed }
        guard !own.isEmpty, let pinned = try context.clientConfiguration.certificate(of: name, context.files) else {
            return true
        }
        return own.contains(pinned.trimmed)
    }
}

extension LXCRemotes {
    /// Puts the default back that the person had before the cluster's remote, or `local` where none of those is left.
    func makeDefault(asBefore remote: ClusterRecord.Remote) async throws {
        let present = try await all()
        let former = remote.formerDefaults.first { present[$0] != nil && $0 != remote.name }
        try await makeDefault(former ?? "local")
    }
}
