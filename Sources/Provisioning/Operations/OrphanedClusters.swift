/// The clusters that have machines within reach, and whose state is lost: a part of `bcmcluster list`.
struct OrphanedClusters: Operation {
    /// How long each host may take; one that has not answered by then is left out.
    private static let limit: Duration = .milliseconds(1400)
    /// How long everything may take.
    private static let longest: Duration = .milliseconds(1900)

    /// Those whose state was in this runtime directory, or in one that does not exist any more.
    func run(in app: AppContext) async throws -> [ListClusters.Entry] {
        let found = try? await app.time.within(Self.longest) {
            try await OrphanSearch(app: app.limited(to: Self.limit), limit: Self.limit).search().orphans
        }
        try Task.checkCancellation()
        return (found ?? []).filter { $0.keeper == .missing && !Self.hasState($0.name, app) }.map {
            let flag = "-c \($0.name)"
            return ListClusters.Entry(
                name: $0.name.text, provider: $0.provider, members: $0.members.count,
                health: .orphaned,
                message: "orphaned: its state is lost; bcmcluster repair \(flag) rebuilds it, "
                    + "bcmcluster destroy --orphaned \(flag) deletes the machines")
        }
    }

    /// Whether the list has a row of its own by a state, a damaged one also: `.env` files alone are none.
    private static func hasState(_ name: ClusterName, _ app: AppContext) -> Bool {
        do { return try app.files.kind(of: app.folder(name).state) != nil } catch { return true }
    }
}
