/// Makes another member the one that all others join through, and on which the remote and the certificate hang.
///
/// LXD knows no first member: the cluster's certificate is on all of them. What moves is kept by this tool alone.
struct PromotePrimary: Step {
    let title = "replace the first member"
    let name: MemberName

    var member: MemberName? { name }

    func isDone(_ context: PlanContext) async throws -> Bool { await context.store.state.first == name }

    func run(_ context: PlanContext) async throws {
        let former = await context.store.state.first
        try handOverSecret(from: former, context)
        let successor = name.isNumberZero ? nil : name
        try await context.store.update { $0.successor = successor }
    }

    /// The password of LXD 4.0 is the cluster's, and stands in the first member's `.env`.
    private func handOverSecret(from former: MemberName, _ context: PlanContext) throws {
        let (from, to) = (context.folder.environment(former), context.folder.environment(name))
        let line = try context.files.read(from)?.split(separator: "\n").first { $0.hasPrefix("BCM_LXD_SECRET=") }
        guard let line, let text = try context.files.read(to) else { return }
        for text in [String(line), text] { ClusterSecrets.conceal(environment: text, in: context.redactor) }
        let others = text.split(separator: "\n", omittingEmptySubsequences: false)
            .filter { !$0.hasPrefix("BCM_LXD_SECRET=") }
        let kept = others.joined(separator: "\n").trimmed
        try context.files.write("\(kept)\n\(line)\n", to: to, mode: ClusterFolder.fileMode)
    }
}
