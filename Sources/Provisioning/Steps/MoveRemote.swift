/// Gives the cluster's remote in the user's `lxc` the name and the address of another member.
struct MoveRemote: Step {
    var title: String { "move the \(Engine.current.client) remote to it" }
    let name: MemberName

    var member: MemberName? { name }

    func isDone(_ context: PlanContext) async throws -> Bool {
        guard let remote = await context.store.state.remote else { return true }
        return remote.name == name.text && remote.renamedFrom == nil
    }

    /// Throws where the step would be refused, before anything is touched: the name is that of a remote of the user's own.
    static func check(_ name: MemberName, _ context: PlanContext) async throws {
        guard let remote = await context.store.state.remote, remote.name != name.text else { return }
        let present: [String: LXCRemotes.Remote]
        do { present = try await context.remotes.all() } catch let failure as Failure where failure.code == .missing {
            return
        }
        let former = remote.renamedFrom ?? remote.name
        if try present[former] != nil && present[name.text] != nil && remote.isOurs(as: former, context) {
            throw AddRemote.taken(name)
        }
    }

    func run(_ context: PlanContext) async throws {
        try await context.withClientLock { try await moveRemote(context) }
    }

    /// Does the work, alone with the client already; a remote that has the name, or none, is left as it is.
    func moveRemote(_ context: PlanContext) async throws {
        let remotes = context.remotes
        guard let remote = await context.store.state.remote, remote.name != name.text || remote.renamedFrom != nil
        else { return }
        let former = remote.renamedFrom ?? remote.name
        let present: [String: LXCRemotes.Remote]
        do { present = try await remotes.all() } catch let failure as Failure where failure.code == .missing {
            // Nobody has a client here, so nobody has a remote; `up` adds one where that has changed.
            return try await context.store.update { $0.remote?.name = name.text }
        }
        // A user's own of either name is not ours to touch.
        let isToBeRenamed = try former != name.text && present[former] != nil && remote.isOurs(as: former, context)
        if isToBeRenamed {
            guard present[name.text] == nil else { throw AddRemote.taken(name) }
            // Written down before: until the state says otherwise, the client may have it under either name.
            try await context.store.update {
                $0.remote?.name = name.text
                $0.remote?.renamedFrom = former
            }
            try await remotes.rename(former, to: name.text)
        }
        if try isToBeRenamed || present[name.text] != nil && remote.isOurs(as: name.text, context) {
            try await remotes.setAddress(of: name.text, to: context.url(of: name))
        }
        try await context.store.update {
            $0.remote?.name = name.text
            $0.remote?.renamedFrom = nil
        }
    }
}
