/// What the user's client trusts under the cluster's remote, against what the cluster is known by.
struct RemoteTrust {
    let context: PlanContext
    let name: MemberName

    /// Whether what the client trusts is what came through the provider's own channel.
    func isPinned() throws -> Bool {
        guard let own = try context.files.read(context.folder.certificate(name, context.engine)),
            let pinned = try context.clientConfiguration.certificate(of: name.text, context.files)
        else { return false }
        return own.trimmed == pinned.trimmed
    }
}
