/// Proof that a member's machine may be recreated without asking: it never joined a cluster, or joined and holds nothing.
///
/// What cannot be proven is no reason to delete: a machine whose daemon or cluster does not answer is left as it is.
struct RecreationCheck {
    let context: PlanContext
    let name: MemberName
    /// The member that is asked what the cluster knows of it; `nil` where there is no cluster yet.
    let respondingMember: MemberName?

    /// Throws `Failure.conflict`, with what there is, unless there is proof.
    func check() async throws {
        let isBlank = try await hasNeverJoined()
        try await checkClusterView(isBlank: isBlank)
        let contents = try await DataFolders(context.provider.runner(in: name))
            .contents(of: context.provider.dataFolders(of: name, context.engine))
        guard contents.isEmpty else { throw refusal("holds \(Self.brief(contents))") }
    }

    /// Whether its daemon says that it is in no cluster; throws where the daemon lists itself among a cluster's members.
    private func hasNeverJoined() async throws -> Bool {
        let client = context.client(in: name, limit: Self.limit)
        do {
            let server = try await client.server().environment
            guard server.isClustered else { return true }
            guard try await client.members().contains(where: { $0.name == server.name }) else { return false }
            throw refusal("is a member of a cluster, under the name \(server.name ?? "")")
        } catch let failure as Failure where [.commandFailed, .timedOut].contains(failure.code) {
            // It is about to join and hangs, or is dead: what it holds decides.
            return false
        }
    }

    /// A cluster takes a member for online for a while after the member has lost all it had: of one whose daemon knows of
    /// no cluster, what the cluster lists on it decides.
    private func checkClusterView(isBlank: Bool) async throws {
        guard let respondingMember else { return }
        let client = context.client(in: respondingMember)
        let address = try await context.provider.address(of: name, in: context.store.state)
        let recorded = await Set(context.store.state.members.map(\.name.text))
        let entries = try await client.members().filter { entry in
            entry.name == name.text || !recorded.contains(entry.name) && entry.address?.description == address
        }
        for entry in entries {
            guard isBlank || !entry.isOnline && !entry.isEvacuated else {
                throw refusal("is \(entry.name) in the cluster, and online")
            }
            let holdings =
                try await client.instances(on: entry.name).map(\.name)
                + client.localVolumes().filter { $0.member == entry.name }.map(\.name)
            guard holdings.isEmpty else { throw refusal("holds \(Self.brief(holdings)), as the cluster says") }
        }
    }

    /// How long a daemon that may hang gets for each answer.
    private static let limit: Duration = .seconds(10)

    private static func brief(_ names: [String]) -> String {
        names.prefix(3).joined(separator: ", ") + (names.count > 3 ? " and \(names.count - 3) more" : "")
    }

    private func refusal(_ reason: String) -> Failure {
        Failure(
            .conflict, "\(name) cannot be initialized, and is not recreated: it \(reason)",
            hint: "see bcmcluster status -c \(name.cluster); bcmcluster repair -c \(name.cluster) recreates a "
                + "member whose data may be lost, and asks before it does")
    }
}
