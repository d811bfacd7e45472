/// What members have for a unit's instances, asked when it is needed.
struct UnitRoom {
    private let unit: Unit
    private let workloads: Workloads
    private let record: ClusterRecord
    private let client: LXC

    init(_ unit: Unit, _ workloads: Workloads, _ record: ClusterRecord, _ client: LXC) {
        self.unit = unit
        self.workloads = workloads
        self.record = record
        self.client = client
    }

    /// Those members as places, as they are once what goes has gone.
    func seats(_ members: [MemberName], without diff: UnitDiff) async throws -> [Seat] {
        let gone = Set(
            diff.changes.filter { if case .remove = $0.work { $0.object == .instance } else { false } }.map(\.name))
        return try await MemberStores(record, client).all(members).map { member, host, store in
            Seat(member.text, on: host, store, for: unit, in: workloads, without: gone)
        }
    }

    /// What instances that are there are to get has to be there too, and so has the room for disks and volumes.
    func check(_ diff: UnitDiff) async throws {
        let changed = diff.changes.compactMap { change -> (name: String, member: String)? in
            guard case .edit(let member, .some, _) = change.work else { return nil }
            return (change.name, member)
        }
        let members = Set(changed.compactMap { MemberName($0.member, of: record.name) })
        if !members.isEmpty {
            for seat in try await seats(members.sorted(), without: diff) {
                guard let name = changed.first(where: { $0.member == seat.member })?.name else { continue }
                try check(seat, for: name)
            }
        }
        let largest = ([unit.disk ?? 0] + unit.volumes.map { $0.size ?? 0 }).max() ?? 0
        guard largest > 0,
            !diff.newcomers.isEmpty || diff.changes.contains(where: { $0.object == .volume && !$0.isIdle })
        else { return }
        let pool = try await client.storageUse(of: workloads.pool)
        guard pool.total > 0, largest > pool.total else { return }
        throw Failure(
            .conflict,
            "a disk of \(ByteSize.brief(largest)) does not fit: the pool \(workloads.pool) has \(ByteSize.brief(pool.total))",
            remedy: "lower disk, or the volume's size")
    }

    private func check(_ seat: Seat, for name: String) throws {
        if seat.cores < unit.cores {
            throw Failure(
                .conflict, "\(name) cannot have \(unit.cores) cores: \(seat.member) has \(seat.cores)",
                remedy: "lower cores")
        }
        if seat.freeMemory < 0 {
            throw Failure(
                .conflict,
                "\(name) cannot have \(ByteSize.brief(unit.memory)) of memory: with what is promised to others, \(seat.member) lacks \(ByteSize.brief(-seat.freeMemory))",
                remedy: "lower memory or count, or let the cluster grow: bcmcluster member add")
        }
    }
}
