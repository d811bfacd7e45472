/// Removes the cluster's remote from the user's `lxc`, and puts the default back if it is this remote.
struct RemoveRemote: Step {
    var title: String { "remove the \(Engine.current.client) remote" }
    let remote: ClusterState.Remote

    let member: MemberName? = nil

    /// Its names: while it is being renamed, it may have either.
    private var names: [String] { [remote.name, remote.renamedFrom].compactMap { $0 } }

    func isDone(_ context: PlanContext) async throws -> Bool {
        do {
            // While another run writes the configuration, it looks as if there were no remotes.
            let present = try await context.withClientLock { try await context.remotes.all() }
            return names.allSatisfy { present[$0] == nil }
        } catch let failure as Failure where failure.code == .missing {
            return true
        }
    }

    func run(_ context: PlanContext) async throws {
        try await context.withClientLock { try await removeRemote(context) }
    }

    private func removeRemote(_ context: PlanContext) async throws {
        let remotes = context.remotes
        let present = try await remotes.all()
        for name in names where present[name] != nil {
            guard try remote.isOurs(as: name, context) else {
                context.remarks.add(
                    "your \(context.engine.client) remote \(name) no longer belongs to this cluster, and was not changed"
                )
                continue
            }
            if try await remotes.defaultRemote(among: present) == name {
                try await remotes.makeDefault(asBefore: remote)
            }
            try await remotes.remove(name)
        }
    }
}

extension ClusterState.Remote {
    /// The client's remote of that name is ours if it trusts our certificate, present or former, or nothing says
    /// otherwise.
    func isOurs(as name: String, _ context: PlanContext) throws -> Bool {
        let holder = MemberName(name, of: context.folder.cluster)
        let present = try holder.flatMap { try context.files.read(context.folder.certificate($0, context.engine)) }
        let own = [present, certificate].compactMap { $0?.trimmed }
        guard !own.isEmpty, let pinned = try context.clientConfiguration.certificate(of: name, context.files) else {
            return true
        }
        return own.contains(pinned.trimmed)
    }
}

extension LXCRemotes {
    /// Puts the default back that the user had before the cluster's remote, or `local` where none of those is left.
    func makeDefault(asBefore remote: ClusterState.Remote) async throws {
        let present = try await all()
        let former = remote.formerDefaults.first {
            present[$0] != nil && ![remote.name, remote.renamedFrom].contains($0)
        }
        try await makeDefault(former ?? "local")
    }
}
