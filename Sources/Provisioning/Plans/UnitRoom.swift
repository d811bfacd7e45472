/// What members have for a unit's instances, asked when it is needed.
struct UnitRoom {
    private let unit: Unit
    private let workloads: Workloads
    private let state: ClusterState
    private let client: LXC
    private let traits: ProviderTraits

    init(
        _ unit: Unit, _ workloads: Workloads, _ state: ClusterState, _ client: LXC, _ traits: ProviderTraits
    ) {
        self.unit = unit
        self.workloads = workloads
        self.state = state
        self.client = client
        self.traits = traits
    }

    /// Those members as places, as they are once what goes has gone.
    func candidates(_ members: [MemberName], without diff: UnitDiff) async throws -> [PlacementCandidate] {
        let gone = Set(
            diff.changes.filter { if case .remove = $0.work { $0.object == .instance } else { false } }.map(\.name))
        return try await MemberStores(state, client, traits).all(members).map { member, host, store in
            PlacementCandidate(member.text, on: host, store, for: unit, in: workloads, without: gone)
        }
    }

    /// What instances that are there are to get has to be there too, and so has the room for disks and volumes.
    func check(_ diff: UnitDiff) async throws {
        let changed = diff.changes.compactMap { change -> (name: String, member: String)? in
            guard case .edit(let member, .some, _) = change.work else { return nil }
            return (change.name, member)
        }
        let members = Set(changed.compactMap { MemberName($0.member, of: state.name) })
        if !members.isEmpty {
            for candidate in try await candidates(members.sorted(), without: diff) {
                guard let name = changed.first(where: { $0.member == candidate.member })?.name else { continue }
                try check(candidate, for: name)
            }
        }
        let largest = ([unit.disk ?? 0] + unit.volumes.map { $0.size ?? 0 }).max() ?? 0
        guard largest > 0,
            !diff.newMembers.isEmpty || diff.changes.contains(where: { $0.object == .volume && !$0.isIdle })
        else { return }
        let pool = try await client.storageUse(of: workloads.pool)
        guard pool.total > 0, largest > pool.total else { return }
        throw Failure(
            .conflict,
            "a disk of \(ByteSize.brief(largest)) does not fit: the pool \(workloads.pool) has \(ByteSize.brief(pool.total))",
            hint: "lower disk, or the volume's size")
    }

    private func check(_ candidate: PlacementCandidate, for name: String) throws {
        if candidate.cores < unit.cores {
            throw Failure(
                .conflict, "\(name) cannot have \(unit.cores) cores: \(candidate.member) has \(candidate.cores)",
                hint: "lower cores")
        }
        if candidate.freeMemory < 0 {
            throw Failure(
                .conflict,
                "\(name) cannot have \(ByteSize.brief(unit.memory)) of memory: \(candidate.member) lacks \(ByteSize.brief(-candidate.freeMemory)), counting what others reserve",
                hint: "lower memory or count, or add members: bcmcluster member add")
        }
    }
}
