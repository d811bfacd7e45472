/// The members of a cluster: `bcmcluster member list`.
package struct ListMembers: Operation {
    package struct Entry: Sendable {
        package var status: MemberStatus
        package var host: HostName
        /// What its machine has, as far as it is known.
        package var cpus: Int?
        /// In bytes.
        package var memory: Int?
        /// In bytes.
        package var disk: Int?

        /// Whether its daemon answers, and its cluster counts it among those that do.
        package var isReachable: Bool {
            status.isOnline || status.daemon == .answers && status.entry?.isEvacuated ?? false
        }
    }

    private let cluster: ClusterName

    package init(of cluster: ClusterName) { self.cluster = cluster }

    /// Looks at them as `status` does, and as fast.
    package func run(in app: AppContext) async throws -> [Entry] {
        let state = try app.existing(cluster)
        let observation = try await app.shortLook(at: state, near: .full, over: .thorough)
        let context = try app.context(toLookAt: state)
        var members = observation.members
        if members.isEmpty {
            members = state.members.map {
                MemberStatus(name: $0.name.text, isInState: true, machine: nil, daemon: .notQueried)
            }
        }
        return await withTaskGroup(of: (Int, Entry).self) { group in
            for (index, member) in members.enumerated() {
                group.addTask { (index, await entry(member, state, context)) }
            }
            return await group.reduce(into: []) { $0.append($1) }.sorted { $0.0 < $1.0 }.map(\.1)
        }
    }

    private func entry(_ status: MemberStatus, _ state: ClusterState, _ context: PlanContext) async -> Entry {
        guard status.isInState, let member = MemberName(status.name, of: cluster) else {
            return Entry(status: status, host: .local)
        }
        var entry = Entry(status: status, host: state.host(of: member))
        let fixed = context.provider.traits.fixedSizes
        if let endpoint = try? await Endpoint(member, context, withFlags: false) {
            if fixed[.cpus] == nil { entry.cpus = Int(endpoint.cpus) }
            if fixed[.memory] == nil { entry.memory = ByteSize(endpoint.memory, in: .binary)?.bytes }
            if fixed[.disk] == nil { entry.disk = ByteSize(endpoint.disk, in: .binary)?.bytes }
        }
        if entry.disk == nil { entry.disk = status.storage?.total }
        guard entry.cpus == nil || entry.memory == nil, status.daemon == .answers else { return entry }
        // Nobody has given the machine a size: the engine knows what it has.
        let client = context.client(in: member, limit: context.provider.traits.answerTimeout)
        if let resources = try? await client.resources(of: status.entry?.name ?? status.name) {
            entry.cpus = entry.cpus ?? resources.cpu.total
            entry.memory = entry.memory ?? resources.memory.total
        }
        return entry
    }
}
