/// Looks at a cluster and designs what a run does to a unit: from its file to each object and its place.
public struct UnitDesigner {
    /// What comes out.
    public struct Outcome: Sendable {
        /// The objects, and what becomes of each.
        public let design: UnitDesign
        /// The steps.
        public let plan: Plan
    }

    private let unit: Unit
    private let wishes: UnitDiff.Wishes
    private let goal: WaitGoal?
    private let context: PlanContext

    /// A designer for one unit.
    public init(_ unit: Unit, _ wishes: UnitDiff.Wishes, until goal: WaitGoal?, _ context: PlanContext) {
        self.unit = unit
        self.wishes = wishes
        self.goal = goal
        self.context = context
    }

    /// Looks, compares, and finds places; throws before anything is touched where something does not fit.
    public func design() async throws -> Outcome {
        let record = await context.store.record
        let (witness, members) = try await context.witness()
        let client = context.client(in: witness)
        let images = UnitImages(unit.image, record, client, context)
        async let identity = images.identity()
        let workloads = try await Workloads.look(client, members)
        let kinds = UnitKinds(unit, workloads, record, client)
        let kind = try await kinds.kind { try await images.type() }
        let diff = try UnitDiff(unit, workloads, image: try await identity, isVM: kind.isVM, wishes: wishes)
        guard !diff.newcomers.isEmpty else {
            let design = try UnitDesign(diff, [], image: nil)
            return try outcome(design, image: SuppliedImage("the image", nil), supply: nil, witness, record)
        }
        let supplied = try await images.supplied(
            isVM: kind.isVM, nameserver: workloads.nameserver(for: unit.interface))
        let choices = try await choices(diff, workloads, among: try await kinds.able(kind), record, client)
        let remarks = [kind.remark, supplied.remark].compactMap { $0 }
        let design = try UnitDesign(diff, choices, image: supplied.change, remarks: remarks)
        return try outcome(design, image: supplied.image, supply: supplied.supply, witness, record)
    }

    private func outcome(
        _ design: UnitDesign, image: SuppliedImage, supply: ImageSupply?, _ witness: MemberName, _ record: ClusterRecord
    ) throws -> Outcome {
        let plan = try UnitPlan.plan(
            for: design, of: record, image: image, supply: supply, waitingFor: goal, witness: witness)
        return Outcome(design: design, plan: plan)
    }

    private func choices(
        _ diff: UnitDiff, _ workloads: Workloads, among members: [MemberName], _ record: ClusterRecord, _ client: LXC
    ) async throws -> [InstancePlacement.Choice] {
        let gone = Set(
            diff.changes.filter { if case .remove = $0.work { $0.object == .instance } else { false } }.map(\.name))
        let newcomers = diff.newcomers.map { newcomer in
            let names = unit.volumes.map { unit.volumeName($0, newcomer.number) }
            let pins = workloads.volumes.filter { names.contains($0.name) }.compactMap { volume in
                volume.member.map { (volume.name, $0) }
            }
            return InstancePlacement.Newcomer(
                name: unit.name.instance(newcomer.number), pins: Dictionary(pins) { first, _ in first })
        }
        let seats = try await seats(members, record, client).map { member, host, store in
            Seat(member.text, on: host, store, for: unit, in: workloads, without: gone)
        }
        guard !seats.isEmpty else {
            throw Failure(
                .conflict, "no member of \(record.name) takes instances: none is online",
                remedy: "bcmcluster status -c \(record.name) says what is the matter")
        }
        return try InstancePlacement.choices(for: newcomers, of: unit, among: seats)
    }

    /// What each member has; machines by namespace share the memory of their host, so that one of them is asked for all.
    private func seats(
        _ members: [MemberName], _ record: ClusterRecord, _ client: LXC
    ) async throws -> [(member: MemberName, host: String, store: Seat.Store)] {
        let isShared = record.settings.provider == .namespace
        let stores = Dictionary(grouping: members) { isShared ? record.host(of: $0).text : $0.text }
        let resources = try await withThrowingTaskGroup(of: (String, MemberResources).self) { group in
            for (store, members) in stores {
                guard let member = members.min() else { continue }
                group.addTask { (store, try await client.resources(of: member.text)) }
            }
            return try await group.reduce(into: [:]) { $0[$1.0] = $1.1 }
        }
        return members.compactMap { member in
            let host = record.host(of: member).text
            let name = isShared ? host : member.text
            guard let found = resources[name] else { return nil }
            let sharing = isShared ? record.members(on: record.host(of: member)) : [member]
            return (member, host, Seat.Store(name: name, resources: found, members: Set(sharing.map(\.text))))
        }
    }
}
