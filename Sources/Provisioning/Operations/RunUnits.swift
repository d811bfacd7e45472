import Synchronization

/// Makes several units what their files say, as one change: `bcmcluster run db.toml web.toml`.
///
/// All is decided and asked before anything is changed; then one unit after the other is made, each decided anew by what
/// there is by then, since its places depend on those before it.
package struct RunUnits: Operation {
    private let cluster: ClusterName
    private let files: [String]
    private let replaced: Set<String>
    private let reschedules: Bool
    private let goal: WaitGoal?
    private let options: OperationOptions

    /// The units of the files at those paths: `replacing` instances that may be made anew where they cannot be changed in
    /// place; one that `reschedules` makes stateless instances of members that do not answer elsewhere.
    package init(
        _ files: [String], on cluster: ClusterName, replacing: [String] = [], reschedules: Bool = false,
        waitingFor goal: WaitGoal? = nil, options: OperationOptions = OperationOptions()
    ) {
        self.files = files
        self.cluster = cluster
        replaced = Set(replacing)
        self.reschedules = reschedules
        self.goal = goal
        self.options = options
    }

    package func run(in app: AppContext) async throws -> ChangeReport {
        let units = try units(app.files)
        for unit in units { app.concealSecrets(of: unit) }
        let runs = try runs(units)
        let request = ChangeRequest(
            cluster: cluster, command: "run", operands: files.map(Shell.quoted), options: options)
        return try await app.changeExisting(request) { _, context in try await planned(runs, app, context) }
    }

    /// The units in the order in which they are begun.
    private func units(_ files: any Files) throws -> [Unit] {
        var entries: [ClusterFile.UnitEntry] = []
        for path in self.files {
            let unit = try UnitFile.read(path, files)
            if let other = entries.first(where: { $0.unit.name == unit.name }) {
                throw Failure(
                    .badInput,
                    "\(Shell.quoted(other.path)) and \(Shell.quoted(path)) are both files of the unit \(unit.name)",
                    hint: "leave one out, or change the name in one of them")
            }
            entries.append(ClusterFile.UnitEntry(path: path, unit: unit))
        }
        return try UnitOrder.sorted(entries, \.unit).map(\.unit)
    }

    /// What is asked of each unit: who may be recreated, until when it is waited for, and whether another one needs it.
    private func runs(_ units: [Unit]) throws -> [UnitRun] {
        if goal == .healthy, !units.contains(where: { $0.health != nil }) {
            let names = units.map(\.name.text).joined(separator: ", ")
            throw Failure(
                .badInput, "--wait-for healthy: \(names) \(units.count == 1 ? "has" : "have") no [health]",
                hint: "add it to the file, such as [health] with tcp = 8080 below it")
        }
        var known: Set<String> = []
        let runs = units.map { unit in
            let own =
                units.count == 1
                ? replaced
                : replaced.filter { name in
                    name == unit.name.text
                        || unit.name.number(of: name) != nil && !units.contains { $0.name.text == name }
                }
            known.formUnion(own)
            return UnitRun(
                unit: unit, cluster: cluster,
                runOptions: UnitDiff.RunOptions(
                    replaced: own, reschedules: reschedules, isNeeded: UnitOrder.isNeeded(unit.name, by: units)),
                goal: goal)
        }
        if let unknown = replaced.subtracting(known).min() {
            throw Failure(
                .badInput, "--replace \(unknown): no unit of these files has an instance of that name",
                hint: "write the units, or instances such as \(units[0].name)-1")
        }
        return runs
    }

    /// All units as one change: the first, and the others behind it.
    private func planned(
        _ runs: [UnitRun], _ app: AppContext, _ context: PlanContext
    ) async throws -> PlannedChange<PlanContext> {
        var outcomes: [UnitDesigner.Outcome] = []
        for run in runs { outcomes.append(try await run.outcome(context, after: outcomes.map(\.design))) }
        var change = runs[0].change(outcomes[0], context)
        guard runs.count > 1 else { return change }
        change.changes = outcomes.flatMap(\.design.changes).once
        let losses = outcomes.flatMap(\.design.losses)
        if !losses.isEmpty {
            let names = zip(runs, outcomes).filter { !$1.design.losses.isEmpty }.map(\.0.unit.name.text)
            change.confirmation = UnitRun.confirmation(names, losses)
        }
        change.continuesIncomplete = true
        let confirmed = Set(losses.map(\.name))
        let incomplete = Mutex(Set(zip(runs, outcomes).prefix(1).filter { !$1.design.isComplete }.map(\.0.unit.name)))
        let (cluster, options) = (cluster, options)
        change.following = zip(runs, outcomes).dropFirst().map { run, outcome in
            { app in
                // In a dry run nothing is there of what came before, but by its design.
                if app.recorder != nil { return run.change(outcome, context) }
                let state = try app.existing(cluster)
                let context = app.context(state, provider: try app.provider(for: state), limits: options.limits)
                if let need = run.unit.needs.first(where: incomplete.withLock({ $0 }).contains) {
                    incomplete.withLock { _ = $0.insert(run.unit.name) }
                    return PlannedChange(
                        plan: ClusterPlan(), context: context, isComplete: false,
                        left: ["unit \(run.unit.name) was not begun: it needs \(need), which is incomplete"],
                        continuesIncomplete: true)
                }
                let outcome = try await run.outcome(context)
                if !outcome.design.isComplete { incomplete.withLock { _ = $0.insert(run.unit.name) } }
                var next = run.change(outcome, context) { $0.filter { !confirmed.contains($0.name) } }
                next.continuesIncomplete = true
                return next
            }
        }
        return change
    }
}

/// What one command makes of one unit.
struct UnitRun: Sendable {
    let unit: Unit
    let cluster: ClusterName
    let runOptions: UnitDiff.RunOptions
    let goal: WaitGoal?

    /// What is to be done, checked against what there is, and what these designs make before.
    func outcome(_ context: PlanContext, after designs: [UnitDesign] = []) async throws -> UnitDesigner.Outcome {
        try await UnitDesigner(unit, runOptions, until: goal, context).design(after: designs)
    }

    /// The change that it is; of what is deleted the user is asked about what is to be confirmed.
    func change(
        _ outcome: UnitDesigner.Outcome, _ context: PlanContext,
        confirming toConfirm: ([UnitChange]) -> [UnitChange] = { $0 }
    ) -> PlannedChange<PlanContext> {
        let losses = toConfirm(outcome.design.losses)
        return PlannedChange(outcome, context, Self.confirmation([unit.name.text], losses)) { [unit, cluster] took in
            KnownUnits(in: context.folder, context.files).set(
                unit.name, instances: outcome.design.standing.map(\.instance))
            if !outcome.design.isComplete { return "unit \(unit.name) is incomplete on \(cluster)" }
            return outcome.design.isIdle
                ? "unit \(unit.name) is up to date, unchanged"
                : "unit \(unit.name) is up to date (\(took.brief)); see bcmcluster ps -c \(cluster) \(unit.name)"
        }
    }

    /// What is asked before instances of those units are deleted.
    static func confirmation(_ units: [String], _ losses: [UnitChange]) -> Confirmation {
        Confirmation(
            command: "run", headline: "changing \(units.joined(separator: ", ")) deletes:",
            losses: losses.map { "the instance \($0.name) and its root disk: \($0.details)" })
    }
}

extension [UnitChange] {
    /// Each object that several units share once, such as an image, with what is done to it first.
    fileprivate var once: [UnitChange] {
        var known: Set<String> = []
        return filter { known.insert("\($0.object.rawValue) \($0.sign.rawValue) \($0.name)").inserted }
    }
}

extension ClusterFile {
    /// What applying the file makes of one of its units.
    func run(of entry: UnitEntry, on cluster: ClusterName) -> UnitRun {
        UnitRun(unit: entry.unit, cluster: cluster, runOptions: runOptions(of: entry.unit), goal: nil)
    }
}
