/// Members that `lxc cluster rename` has given another name than the state does.
enum MemberRename {
    /// Throws `Failure.conflict` where the cluster knows the server under another name than the member's.
    ///
    /// - Parameters:
    ///   - name: the member, as the state names it.
    ///   - server: what its daemon says, which is in a cluster.
    ///   - cluster: the member that is asked who is in the cluster.
    static func check(_ name: MemberName, as server: ServerInfo.Environment, _ cluster: LXC) async throws {
        guard let other = server.name, other != name.text,
            try await cluster.members().contains(where: { $0.name == other })
        else { return }
        throw Failure(.conflict, "\(name) \(trouble(other))", remedy: remedy(name, other))
    }

    /// What to say behind the member's name.
    static func trouble(_ other: String) -> String { "is in the cluster under the name \(Shell.quoted(other.clipped))" }

    /// The command that gives the member its name back.
    static func remedy(_ name: MemberName, _ other: String) -> String {
        "lxc cluster rename \(Shell.quoted(other)) \(name)"
    }
}
