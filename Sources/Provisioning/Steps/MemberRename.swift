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
        let state = await context.store.state
        let entries = try await cluster.members()
        if entries.contains(where: { $0.name == name.text }) { return }
        let address = IPv4(try await context.provider.address(of: name, in: state))
        guard let other = entry(named: server.name, at: address, in: entries, besides: state.members.map(\.name))
        else { return }
        throw Failure(.conflict, "\(name) \(trouble(other.name))", hint: hint(name, other.name))
    }

    /// The entry of a member that has another name in its cluster: none of the state's, by its daemon's own word or by
    /// its address.
    static func entry(
        named name: String?, at address: IPv4?, in entries: [ClusterMember], besides recorded: [MemberName]
    ) -> ClusterMember? {
        let others = entries.filter { entry in !recorded.contains { $0.text == entry.name } }
        return others.first { $0.name == name } ?? others.first { address != nil && $0.address == address }
    }

    /// What to say behind the member's name.
    static func trouble(_ other: String) -> String { "is in the cluster under the name \(Shell.quoted(other.clipped))" }

    /// The command that gives the member its name back.
    static func hint(_ name: MemberName, _ other: String) -> String {
        "\(ClusterClient.line("cluster rename", Shell.quoted(other))) \(name)"
    }
}
