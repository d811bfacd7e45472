/// Makes a unit what its file says: `bcmcluster run`.
public struct RunUnit: Operation {
    private let units: RunUnits

    /// The unit of the file at that path, on the cluster of that name; throws `Failure` for a name that is not valid.
    public init(_ file: String, on cluster: String) throws { units = RunUnits([file], on: try ClusterName(cluster)) }

    /// Makes the unit what its file says.
    public func run(in app: AppContext) async throws -> ChangeReport { try await units.run(in: app) }
}

/// Deletes a unit: `bcmcluster rm`.
package struct DeleteUnit: Operation {
    private let cluster: ClusterName
    private let unit: UnitName
    private let volumesToo: Bool
    private let options: OperationOptions

    package init(
        _ unit: UnitName, on cluster: ClusterName, volumesToo: Bool = false,
        options: OperationOptions = OperationOptions()
    ) {
        self.cluster = cluster
        self.unit = unit
        self.volumesToo = volumesToo
        self.options = options
    }

    package func run(in app: AppContext) async throws -> ChangeReport {
        let request = ChangeRequest(cluster: cluster, command: "rm", operands: [unit.text], options: options)
        return try await app.changeExisting(request) { state, context in
            try await planned(state, context)
        }
    }

    /// What is to be done, checked against what there is.
    func planned(_ state: ClusterState, _ context: PlanContext) async throws -> PlannedChange<PlanContext> {
        let (respondingMember, workloads) = try await Workloads.look(context)
        let design = try RemoveUnit.design(unit, volumesToo: volumesToo, workloads)
        let plan = try RemoveUnit.plan(for: design, of: state, respondingMember: respondingMember)
        let needing = workloads.units(needing: unit)
        return PlannedChange(
            UnitDesigner.Outcome(design: design, plan: plan), context, confirmation(design, neededBy: needing)
        ) {
            [unit, cluster] took in
            KnownUnits(in: context.folder, context.files).set(unit, instances: [])
            return design.isComplete
                ? "unit \(unit) deleted from \(cluster) (\(took.brief))"
                : "unit \(unit) partly deleted from \(cluster)"
        }
    }

    private func confirmation(_ design: UnitDesign, neededBy needing: [String]) -> Confirmation {
        let kinds: [(UnitChange.Object, String)] = [
            (.instance, "instances"), (.volume, "volumes"), (.network, "networks"),
        ]
        let losses = kinds.compactMap { object, title in
            let names = design.works(on: object).map(\.name)
            return names.isEmpty ? nil : "\(title): \(names.joined(separator: ", "))"
        }
        let kept = design.changes.filter { $0.object == .volume && $0.isIdle }.map(\.name)
        return Confirmation(
            command: "rm", headline: "removing \(unit) deletes, with all data:", losses: losses,
            remarks: (kept.isEmpty ? [] : ["kept: \(kept.joined(separator: ", "))"])
                + [RemoveUnit.warning(unit, isNeededBy: needing)].compactMap { $0 })
    }
}

extension PlannedChange<PlanContext> {
    /// A change of a unit, with what becomes of each object.
    init(
        _ outcome: UnitDesigner.Outcome, _ context: PlanContext, _ confirmation: Confirmation,
        summary: @escaping @Sendable (Duration) -> String
    ) {
        self.init(
            plan: outcome.plan, context: context, remarks: outcome.design.remarks,
            confirmation: confirmation.losses.isEmpty ? nil : confirmation, changes: outcome.design.changes,
            isComplete: outcome.design.isComplete, summary: { _, took in [summary(took)] })
    }
}

/// Stops, starts, pauses, resumes or restarts a unit's instances: `bcmcluster unit stop` and its like.
package struct SwitchUnit: Operation {
    private let cluster: ClusterName
    private let unit: UnitReference
    private let change: SwitchInstance.Change
    private let isForced: Bool
    private let options: OperationOptions

    package init(
        _ unit: UnitReference, on cluster: ClusterName, _ change: SwitchInstance.Change, isForced: Bool = false,
        options: OperationOptions = OperationOptions()
    ) {
        self.cluster = cluster
        self.unit = unit
        self.change = change
        self.isForced = isForced
        self.options = options
    }

    package func run(in app: AppContext) async throws -> ChangeReport {
        let request = ChangeRequest(
            cluster: cluster, command: "unit \(change.rawValue)", operands: [unit.text], options: options)
        return try await app.changeExisting(request) { state, context in
            let (_, workloads) = try await Workloads.look(context)
            let recipe = try SwitchUnitPlan(unit, change, isForced: isForced, workloads, of: state)
            return PlannedChange(
                plan: recipe.plan, context: context, remarks: recipe.left.map(\.message),
                isComplete: recipe.left.isEmpty,
                summary: { outcome, took in
                    outcome.done.isEmpty
                        ? ["\(unit.text): nothing was changed"]
                        : ["\(unit.text): \(change.rawValue) done (\(took.brief))"]
                })
        }
    }
}

/// Looks at the units of a cluster: `bcmcluster ps`.
package struct ListUnits: Operation {
    /// What runs on the cluster, and where.
    package struct Report: Sendable {
        package var state: ClusterState
        package var workloads: Workloads
        /// The cluster's images; none where they were not asked for.
        package var images: [ListedImage] = []
        /// What instances with a health check have answered, by name; none where they were not asked.
        package var health: [String: HealthAnswer] = [:]
    }

    private let cluster: ClusterName
    private let unit: UnitName?
    private let withState: Bool

    /// `withState` asks the instances themselves too, those of the unit alone whether they are healthy, and which images
    /// there are.
    package init(on cluster: ClusterName, unit: UnitName? = nil, withState: Bool = true) {
        self.cluster = cluster
        self.unit = unit
        self.withState = withState
    }

    package func run(in app: AppContext) async throws -> Report {
        let found = try await app.workloads(of: cluster, withState: withState)
        // A run that changes the cluster keeps them itself, and one that removes it must find nothing new in its folder.
        if app.change(of: cluster) == nil {
            KnownUnits(in: app.folder(cluster), app.files).replace(by: found.workloads)
        }
        guard withState else { return Report(state: found.state, workloads: found.workloads) }
        async let images = found.context.client(in: found.respondingMember).images()
        let asked = found.workloads.instances.filter { unit == nil || $0.unit == unit?.text }
        let health = await HealthRound(found.context, of: cluster).answers(of: asked) { found.workloads.isInReach($0) }
        return Report(state: found.state, workloads: found.workloads, images: try await images, health: health)
    }
}

extension AppContext {
    /// Hides values of the environment that by their names are secrets, wherever text leaves the process.
    func concealSecrets(of unit: Unit) {
        let signs = ["PASS", "SECRET", "TOKEN", "KEY", "CREDENTIAL"]
        for (name, value) in unit.environment where signs.contains(where: name.uppercased().contains) {
            redactor.conceal(value, as: "<\(name)>")
        }
    }
}
