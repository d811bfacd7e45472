/// Follows what a cluster's engine tells of what happens: `bcmcluster events`.
package struct FollowEvents: Operation {
    private let cluster: ClusterName
    private let kinds: [EngineEvent.Kind]
    private let tell: @Sendable (EngineEvent) -> Bool

    /// Events of those kinds, for as long as `tell` returns true.
    package init(
        of cluster: ClusterName, _ kinds: [EngineEvent.Kind], tell: @escaping @Sendable (EngineEvent) -> Bool
    ) {
        self.cluster = cluster
        self.kinds = kinds
        self.tell = tell
    }

    /// Asks one member, to which the others pass on what happens on them; throws `Failure.unreachable` where that ends it.
    package func run(in app: AppContext) async throws {
        let state = try app.existing(cluster)
        _ = try await app.usableProvider(for: state)
        // Before the first text is read.
        try ClusterSecrets(app.folder(cluster), app.files).conceal(in: app.redactor)
        let redactor = app.redactor
        let context = try app.context(toLookAt: state)
        let (member, _) = try await context.respondingMember()
        let client = context.client(in: member)
        let (enough, signal) = AsyncStream.makeStream(of: Void.self)
        try await withThrowingTaskGroup(of: CommandResult?.self) { group in
            defer { group.cancelAll() }
            group.addTask { [kinds, tell] in
                try await client.followEvents(kinds, limit: UserSession.limit) { event in
                    var shown = event
                    shown.action = redactor.redact(event.action)
                    shown.error = event.error.map(redactor.redact)
                    if !tell(shown) { signal.yield() }
                }
            }
            group.addTask {
                for await _ in enough { break }
                return nil
            }
            guard let result = try await group.next(), let result else { return }
            throw Failure(
                .unreachable, "the events of \(cluster) have ended: \(member) does not send any more",
                output: result.tail, hint: "bcmcluster status -c \(cluster)")
        }
    }
}
