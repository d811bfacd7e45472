/// Members that `lxc cluster rename` has given another name than the state does.
enum MemberRename {
    /// Throws `Failure.conflict` where the cluster knows the member's machine under a name that the state does not have: by
    /// the daemon's own word, or by its address, since a daemon learns of its new name late (LXD 5.0.2).
    ///
    /// - Parameters:
    ///   - name: the member, as the state names it.
    ///   - server: what its daemon says, which is in a cluster.
    ///   - cluster: the member that is asked who is in the cluster.
    ///   - context: the plan's.
    /// - Throws: a `Failure` that names the member's new name and the command that gives the old one back.
    static func check(
        _ name: MemberName, as server: ServerInfo.Environment, _ cluster: LXC, _ context: PlanContext
    ) async throws {
        let record = await context.store.record
        let entries = try await cluster.members()
        if entries.contains(where: { $0.name == name.text }) { return }
        let address = try await context.provider.address(of: name, in: record)
        let other = entries.first { entry in
            guard !record.members.contains(where: { $0.name.text == entry.name }) else { return false }
            return entry.name == server.name || entry.address?.description == address
        }
        guard let other else { return }
        throw Failure(.conflict, "\(name) \(trouble(other.name))", remedy: remedy(name, other.name))
    }

    /// What to say behind the member's name.
    static func trouble(_ other: String) -> String { "is in the cluster under the name \(Shell.quoted(other.clipped))" }

    /// The command that gives the member its name back.
    static func remedy(_ name: MemberName, _ other: String) -> String {
        "lxc cluster rename \(Shell.quoted(other)) \(name)"
    }
}
