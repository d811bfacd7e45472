/// Makes a unit what its file says: `bcmcluster run`.
public struct RunUnit: Operation {
    private let cluster: ClusterName
    private let file: String
    private let runOptions: UnitDiff.RunOptions
    private let goal: WaitGoal?
    private let options: OperationOptions

    /// The unit of the file at that path: `replacing` instances that may be made anew where they cannot be changed in place;
    /// one that `reschedules` makes stateless instances of members that do not answer elsewhere.
    package init(
        _ file: String, on cluster: ClusterName, replacing: [String] = [], reschedules: Bool = false,
        waitingFor goal: WaitGoal? = nil, options: OperationOptions = OperationOptions()
    ) {
        self.cluster = cluster
        self.file = file
        runOptions = UnitDiff.RunOptions(replaced: Set(replacing), reschedules: reschedules)
        self.goal = goal
        self.options = options
    }

    /// The unit of the file at that path, on the cluster of that name; throws `Failure` for a name that is not valid.
    public init(_ file: String, on cluster: String) throws { self.init(file, on: try ClusterName(cluster)) }

    /// Makes the unit what its file says.
    public func run(in app: AppContext) async throws -> ChangeReport {
        let unit = try UnitFile.read(file, app.files)
        app.concealSecrets(of: unit)
        let request = ChangeRequest(cluster: cluster, command: "run", operands: [Shell.quoted(file)], options: options)
        return try await app.changeExisting(request) { _, context in
            try await planned(unit, context)
        }
    }

    /// What is to be done, checked against what there is; of what is deleted the user is asked about what is to be confirmed.
    func planned(
        _ unit: Unit, _ context: PlanContext, confirming toConfirm: ([UnitChange]) -> [UnitChange] = { $0 }
    ) async throws -> PlannedChange<PlanContext> {
        let outcome = try await UnitDesigner(unit, runOptions, until: goal, context).design()
        let losses = toConfirm(outcome.design.losses)
            .map { "the instance \($0.name) and its root disk: \($0.details)" }
        return PlannedChange(
            outcome, context,
            Confirmation(command: "run", headline: "changing \(unit.name) deletes:", losses: losses)
        ) { [cluster] took in
            KnownUnits(in: context.folder, context.files).set(
                unit.name, instances: outcome.design.standing.map(\.instance))
            if !outcome.design.isComplete { return "unit \(unit.name) is incomplete on \(cluster)" }
            return outcome.design.isIdle
                ? "unit \(unit.name) is up to date, unchanged"
                : "unit \(unit.name) is up to date (\(took.brief)); see bcmcluster ps -c \(cluster) \(unit.name)"
        }
    }
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
        return PlannedChange(UnitDesigner.Outcome(design: design, plan: plan), context, confirmation(design)) {
            [unit, cluster] took in
            KnownUnits(in: context.folder, context.files).set(unit, instances: [])
            return design.isComplete
                ? "unit \(unit) deleted from \(cluster) (\(took.brief))"
                : "unit \(unit) partly deleted from \(cluster)"
        }
    }

    private func confirmation(_ design: UnitDesign) -> Confirmation {
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
            remarks: kept.isEmpty ? [] : ["kept: \(kept.joined(separator: ", "))"])
    }
}

extension PlannedChange<PlanContext> {
    /// A change of a unit, with what becomes of each object.
    fileprivate init(
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
    }

    private let cluster: ClusterName
    private let withState: Bool

    /// `withState` asks the instances themselves too, and which images there are.
    package init(on cluster: ClusterName, withState: Bool = true) {
        self.cluster = cluster
        self.withState = withState
    }

    package func run(in app: AppContext) async throws -> Report {
        let found = try await app.workloads(of: cluster, withState: withState)
        // A run that changes the cluster keeps them itself, and one that removes it must find nothing new in its folder.
        if app.change(of: cluster) == nil {
            KnownUnits(in: app.folder(cluster), app.files).replace(by: found.workloads)
        }
        let images = withState ? try await found.context.client(in: found.respondingMember).images() : []
        return Report(state: found.state, workloads: found.workloads, images: images)
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
