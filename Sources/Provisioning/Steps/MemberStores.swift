/// What members have in memory and processors, asked when it is needed.
///
/// Of machines that share the memory of their host, one is asked for all.
struct MemberStores {
    private let state: ClusterState
    private let client: LXC
    private let isShared: Bool

    init(_ state: ClusterState, _ client: LXC, _ traits: ProviderTraits) {
        self.state = state
        isShared = traits.sharesHost
        self.client = client
    }

    /// What the member's memory is called: those that share one have the same.
    func name(of member: MemberName) -> String { isShared ? state.host(of: member).text : member.text }

    /// Each member's host, and what it has.
    func all(
        _ members: [MemberName]
    ) async throws -> [(member: MemberName, host: String, store: PlacementCandidate.Store)] {
        let stores = Dictionary(grouping: members, by: name)
        let resources = try await withThrowingTaskGroup(of: (String, MemberResources).self) { group in
            for (store, members) in stores {
                guard let member = members.min() else { continue }
                group.addTask { (store, try await client.resources(of: member.text)) }
            }
            return try await group.reduce(into: [:]) { $0[$1.0] = $1.1 }
        }
        return members.compactMap { member in
            let name = name(of: member)
            guard let found = resources[name] else { return nil }
            let sharing = isShared ? state.members(on: state.host(of: member)) : [member]
            return (
                member, state.host(of: member).text,
                PlacementCandidate.Store(name: name, resources: found, members: Set(sharing.map(\.text)))
            )
        }
    }
}
