import Provisioning

/// Shows the clusters on this machine: `bcmcluster list`.
struct ListCommand {
    let invocation: Invocation
    let world: World

    /// How long each command to other hosts may take.
    private static let limitOverHosts: Duration = .seconds(5)

    /// One cluster, as it is shown and as data.
    struct Row: Encodable, Equatable {
        var name: String
        var provider: String?
        var members: Int
        var state: String
    }

    /// All of them as data; `version` is raised when the form changes so that a reader would notice.
    struct Listing: Encodable {
        var version = 1
        var clusters: [Row]
    }

    func run() async throws -> Int32 {
        var rows: [Row] = []
        let names = try world.files.names(in: ClusterFolder.clusters(in: world.runtime))
        for name in names { rows.append(await row(name)) }
        try Task.checkCancellation()
        if invocation.isJSON {
            world.terminal.result(try JSONText.text(Listing(clusters: rows)))
        } else if rows.isEmpty {
            world.terminal.say("no clusters in \(world.runtime): create one with bcmcluster up -c DEV -m 2")
        } else {
            world.terminal.result(Self.table(rows, width: SystemCalls.terminalWidth(1) ?? Int.max))
        }
        return 0
    }

    private func row(_ name: String) async -> Row {
        do {
            let folder = world.folder(try ClusterName(name))
            guard let state = try StateStore.read(folder, world.files) else {
                let stubs = try world.files.names(in: folder.endpoints).count
                return Row(name: name, provider: nil, members: stubs, state: "not up yet: only .env files")
            }
            // A host that is unreachable costs its connection's limit.
            let world = state.spread == nil ? world : world.limited(to: Self.limitOverHosts)
            let context = try world.context(toLookAt: state)
            let health: String
            do { health = try await ClusterInspector(context, .brief).status().brief } catch {
                health = Failure(error).message
            }
            return Row(
                name: name, provider: state.settings.provider.rawValue, members: state.members.count, state: health)
        } catch {
            return Row(name: name, provider: nil, members: 0, state: Failure(error).message)
        }
    }

    /// A table that is no wider than that.
    static func table(_ rows: [Row], width: Int) -> String {
        let cells =
            [["NAME", "PROVIDER", "MEMBERS", "STATE"]]
            + rows.map { [$0.name, $0.provider ?? "-", "\($0.members)", $0.state] }
        return TextTable.lines(cells, width: width).map { $0 + "\n" }.joined()
    }
}
