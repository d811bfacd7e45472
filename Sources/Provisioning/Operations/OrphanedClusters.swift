/// The clusters that have machines within reach, and whose state is lost: a part of `bcmcluster list`.
struct OrphanedClusters: Operation {
    /// How long everything may take; hosts that have not answered by then are left out.
    private static let limit: Duration = .milliseconds(1500)

    /// Those whose state was in this runtime directory, or in one that does not exist any more.
    func run(in app: AppContext) async throws -> [ListClusters.Entry] {
        let found = try? await app.time.within(Self.limit) {
            try await OrphanSearch(app: app.limited(to: Self.limit)).orphans()
        }
        try Task.checkCancellation()
        let kept = Set((try? app.clusterNames()) ?? [])
        return (found ?? []).filter { $0.keeper == .missing && !kept.contains($0.name.text) }.map {
            let flag = "-c \($0.name)"
            return ListClusters.Entry(
                name: $0.name.text, provider: $0.provider, members: $0.members.count,
                health: "orphaned: its state is lost; bcmcluster repair \(flag) rebuilds it, "
                    + "bcmcluster destroy --orphaned \(flag) deletes the machines")
        }
    }
}
