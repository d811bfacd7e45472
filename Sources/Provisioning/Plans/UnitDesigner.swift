/// Looks at a cluster and designs what a run does to a unit: from its file to each object and its place.
package struct UnitDesigner {
    /// What comes out.
    package struct Outcome: Sendable {
        /// The objects, and what becomes of each.
        package let design: UnitDesign
        package let plan: ClusterPlan

        /// What was put together elsewhere.
        package init(design: UnitDesign, plan: ClusterPlan) {
            self.design = design
            self.plan = plan
        }
    }

    private let unit: Unit
    private let runOptions: UnitDiff.RunOptions
    private let goal: WaitGoal?
    private let context: PlanContext

    /// A designer for one unit.
    package init(_ unit: Unit, _ runOptions: UnitDiff.RunOptions, until goal: WaitGoal?, _ context: PlanContext) {
        self.unit = unit
        self.runOptions = runOptions
        self.goal = goal
        self.context = context
    }

    /// Looks, compares, and finds places; throws before anything is touched where something does not fit.
    ///
    /// `designs` are carried out before: what they make counts as there.
    package func design(after designs: [UnitDesign] = []) async throws -> Outcome {
        let state = await context.store.state
        let (respondingMember, members) = try await context.respondingMember()
        let client = context.client(in: respondingMember)
        let images = UnitImages(unit.image, state, client, context)
        async let identity = images.identity()
        var workloads = try await workloads(client, members).after(designs)
        workloads.cluster = state.identifier
        let needs = try UnitNeeds(unit, workloads, on: state.name)
        workloads.transport = try await context.networkTransport()
        let encrypted = unit.networks.filter(\.isEncrypted).map(\.name)
        let isThere = encrypted.allSatisfy { name in
            workloads.networks.contains { $0.name == name && !$0.units.isEmpty }
        }
        if !isThere { workloads.encryptedTransport = try await context.networkTransport(isEncrypted: true) }
        let kinds = UnitInstanceType(unit, workloads, state, client)
        let kind = try await kinds.kind { try await images.type() }
        if kind.isVM, let kernel = unit.kernel { throw kernel }
        let required = try await UnitRequirements(unit, isVM: kind.isVM, workloads, state, client, context).answer {
            (try? await kinds.able(kind)) ?? []
        }
        let unit = required.unit
        let image = try await identity
        let isOther = workloads.instances(of: unit.name).contains { $0.image != image }
        var diff = try UnitDiff(
            unit, workloads, image: image, fingerprint: isOther ? try await images.fingerprint() : nil, isVM: kind.isVM,
            runOptions: runOptions)
        let kernel = unit.kernel.map { _ in "kernel is ignored: containers use the kernel of their member" }
        let plain = encrypted.filter { _ in state.spread == nil }.map {
            "the network \($0) is not encrypted: all members are on one host, and nothing leaves it"
        }
        diff.remarks = unit.remarks + [kernel].compactMap { $0 } + plain + required.remarks + diff.remarks
        let room = UnitRoom(unit, workloads, state, client, context.provider.traits)
        try await room.check(diff)
        guard !diff.newMembers.isEmpty else {
            let design = try UnitDesign(diff, [], image: nil)
            return try outcome(
                design, image: ImageFingerprintProvider("the image", nil), supply: nil, needs, respondingMember, state)
        }
        let supplied = try await images.supplied(
            isVM: kind.isVM,
            isOnNetwork: !diff.networks.isEmpty || workloads.nameserver(for: unit.interface) != nil)
        let choices = try await choices(
            diff, workloads, among: try await kinds.able(kind), room, closed: required.closed)
        let remarks = [kind.remark, supplied.remark].compactMap { $0 }
        let design = try UnitDesign(diff, choices, image: supplied.change, remarks: remarks)
        return try outcome(design, image: supplied.image, supply: supplied.supply, needs, respondingMember, state)
    }

    /// What is on the cluster, once nothing of the unit's is being made any more for a run that was killed.
    private func workloads(_ client: LXC, _ members: [ClusterMember]) async throws -> Workloads {
        let workloads = try await Workloads.look(client, members)
        let coming = workloads.instances(of: unit.name).filter { workloads.isInReach($0) && $0.isPerhapsBeingMade }
        if coming.isEmpty { return workloads }
        do {
            _ = try await context.time.wait(
                for: "\(Engine.current.title) to make \(coming[0].name)", limit: .seconds(30), every: .milliseconds(300)
            ) { () -> Bool? in
                for instance in coming where try await client.isBusy(instance) { return nil }
                return true
            }
        } catch let failure as Failure where failure.code == .timedOut {}
        return try await Workloads.look(client, members)
    }

    private func outcome(
        _ design: UnitDesign, image: ImageFingerprintProvider, supply: ImageTransfer?, _ needs: UnitNeeds,
        _ respondingMember: MemberName, _ state: ClusterState
    ) throws -> Outcome {
        let own = try UnitPlan.plan(
            for: design, of: state, image: image, supply: supply, waitingFor: goal, health: unit.health,
            respondingMember: respondingMember)
        guard design.beginsInstances else { return Outcome(design: design, plan: own) }
        try needs.check()
        var plan = ClusterPlan()
        let waits = try needs.instances.compactMap { instance -> Int? in
            guard let check = instance.healthCheck, let unit = instance.unit.flatMap({ try? UnitName($0) }) else {
                return nil
            }
            return plan.add(
                AwaitHealth(
                    instance.name, of: unit, number: unit.number(of: instance),
                    on: try UnitPlan.name(instance.location, in: state), check))
        }
        plan.add(own, after: waits)
        return Outcome(design: design, plan: plan)
    }

    private func choices(
        _ diff: UnitDiff, _ workloads: Workloads, among members: [MemberName], _ room: UnitRoom,
        closed: [String: String]
    ) async throws -> [InstancePlacement.Choice] {
        let newMembers = diff.newMembers.map { newMember in
            let names = unit.volumes.map { unit.volumeName($0, newMember.number) }
            let pins = workloads.volumes.filter { names.contains($0.name) }.compactMap { volume in
                volume.member.map { (volume.name, $0) }
            }
            return InstancePlacement.NewMember(
                name: unit.name.instance(newMember.number), pins: Dictionary(pins) { first, _ in first })
        }
        var candidates = try await room.candidates(members, without: diff)
        for index in candidates.indices {
            candidates[index].closed = candidates[index].closed ?? closed[candidates[index].member]
        }
        guard !candidates.isEmpty else {
            throw Failure(
                .conflict, "no member of \(await context.store.state.name) takes instances: none is online",
                hint: "see bcmcluster status")
        }
        do {
            return try InstancePlacement.choices(for: newMembers, of: unit, among: candidates)
        } catch var failure as Failure {
            let away = workloads.members.compactMap { member in
                member.reasonForNoNewInstances(in: unit.group).map { "\(member.name) \($0)" }
            }.filter { !failure.message.contains($0) }
            if !away.isEmpty { failure.message += " (\(away.joined(separator: ", ")))" }
            throw failure
        }
    }
}
