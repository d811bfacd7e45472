/// Looks at a cluster and designs what a run does to a unit: from its file to each object and its place.
public struct UnitDesigner {
    /// What comes out.
    public struct Outcome: Sendable {
        /// The objects, and what becomes of each.
        public let design: UnitDesign
        /// The steps.
        public let plan: Plan

        /// What was put together elsewhere.
        public init(design: UnitDesign, plan: Plan) {
            self.design = design
            self.plan = plan
        }
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
        let image = try await identity
        let isOther = workloads.instances(of: unit.name).contains { $0.image != image }
        let diff = try UnitDiff(
            unit, workloads, image: image, fingerprint: isOther ? try await images.fingerprint() : nil, isVM: kind.isVM,
            wishes: wishes)
        let room = UnitRoom(unit, workloads, record, client)
        try await room.check(diff)
        guard !diff.newcomers.isEmpty else {
            let design = try UnitDesign(diff, [], image: nil)
            return try outcome(design, image: SuppliedImage("the image", nil), supply: nil, witness, record)
        }
        let supplied = try await images.supplied(
            isVM: kind.isVM, nameserver: workloads.nameserver(for: unit.interface))
        let choices = try await choices(diff, workloads, among: try await kinds.able(kind), room)
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
        _ diff: UnitDiff, _ workloads: Workloads, among members: [MemberName], _ room: UnitRoom
    ) async throws -> [InstancePlacement.Choice] {
        let newcomers = diff.newcomers.map { newcomer in
            let names = unit.volumes.map { unit.volumeName($0, newcomer.number) }
            let pins = workloads.volumes.filter { names.contains($0.name) }.compactMap { volume in
                volume.member.map { (volume.name, $0) }
            }
            return InstancePlacement.Newcomer(
                name: unit.name.instance(newcomer.number), pins: Dictionary(pins) { first, _ in first })
        }
        let seats = try await room.seats(members, without: diff)
        guard !seats.isEmpty else {
            throw Failure(
                .conflict, "no member of \(await context.store.record.name) takes instances: none is online",
                remedy: "bcmcluster status says what is the matter")
        }
        do {
            return try InstancePlacement.choices(for: newcomers, of: unit, among: seats)
        } catch var failure as Failure {
            let away = workloads.members.filter { !$0.isOnline }.map { "\($0.name) is \($0.status.lowercased())" }
            if !away.isEmpty { failure.message += " (\(away.joined(separator: ", ")))" }
            throw failure
        }
    }
}
