import Synchronization

/// Makes a cluster what a file says: `bcmcluster up -f`.
package struct ApplyClusterFile: Operation {
    private let file: ClusterFile
    private let cluster: ClusterName
    private let options: OperationOptions

    /// The cluster that the file names, or the one of that name; throws `Failure.badInput` where neither is given.
    package init(
        _ file: ClusterFile, name: ClusterName? = nil, options: OperationOptions = OperationOptions()
    ) throws {
        guard let name = name ?? file.name else {
            throw Failure.unnamedCluster(in: file)
        }
        self.file = file
        self.cluster = name
        self.options = options
    }

    package func run(in app: AppContext) async throws -> ChangeReport {
        for entry in file.units { app.concealSecrets(of: entry.unit) }
        return try await app.withEngine(of: cluster) {
            let request = ChangeRequest(
                cluster: cluster, command: "up", operands: ["-f", Shell.quoted(file.path)], options: options,
                creates: true)
            let wasOff = Mutex(false)
            let confirmed = Mutex<Set<String>>([])
            @Sendable func decide(_ app: AppContext) async throws -> Decision<PlanContext> {
                let up = try Up(cluster, file: file, present: existing(app)?.members.count ?? 0, options: options)
                if let report = try await up.endRemoval(request, app) { return .ended(report) }
                var (change, isOff) = try await change(up, app)
                wasOff.withLock { $0 = isOff }
                // Nobody is asked twice.
                let losses = change.confirmation?.losses ?? []
                if losses.allSatisfy(confirmed.withLock({ $0 }).contains) { change.confirmation = nil }
                confirmed.withLock { $0.formUnion(losses) }
                return .change(change)
            }
            var report = try await app.change(request, decide)
            // A cluster that was off is compared once it is up.
            if wasOff.withLock({ $0 }), case .ran(var run) = report.result, run.outcome.succeeded {
                let members = report.changes.filter { $0.object == .member && $0.sign != .keep }
                report = try await app.change(request, decide)
                report.changes =
                    members + report.changes.filter { change in !members.contains { $0.name == change.name } }
                if case .ran(let rest) = report.result {
                    run.append(rest)
                    report.result = .ran(run)
                }
            }
            if case .ran(var run) = report.result, run.outcome.succeeded, report.isComplete {
                let isChanged = !run.outcome.done.isEmpty
                run.summary.append(
                    "cluster \(cluster) is up to date with \(file.shownPath)"
                        + (isChanged ? " (\(run.took.brief))" : ", unchanged"))
                if !isChanged { run.summary = run.summary.suffix(1) }
                report.result = .ran(run)
            }
            return report
        }
    }

    /// The state of the cluster; `nil` where there is none, or it is about to be deleted.
    private func existing(_ app: AppContext) throws -> ClusterState? {
        try StateStore.read(app.folder(cluster), app.files).flatMap { $0.isDeleting == true ? nil : $0 }
    }

    /// The file's path from the root.
    private var path: String { file.path == "-" ? "-" : SystemCalls.absolute(file.path) }

    private func change(
        _ up: Up, _ app: AppContext
    ) async throws -> (change: PlannedChange<PlanContext>, isOff: Bool) {
        let existing = try existing(app)
        var change = try await up.planned(app)
        return try await Engine.$current.withValue(change.context.engine) {
            let planned = await change.context.store.state
            let live = try await live(existing, app)
            let context =
                try live == nil
                ? change.context
                : existing.map {
                    try app.context(
                        $0, provider: app.provider(for: $0), sources: change.context.sources, limits: options.limits)
                } ?? change.context
            let design = try await ClusterFileDesign(
                file, existing: existing, planned: planned,
                resized: change.plan.entries.compactMap { ($0.step as? ResizeMachine)?.name }, live, context)
            if live == nil {
                try await checkDrivers(planned, change.context.provider.traits, app)
            } else {
                try await check(design, context)
            }
            let (count, summary) = (change.plan.entries.count, change.summary)
            let writing = change.plan.entries.indices.filter { change.plan.entries[$0].step is WriteState }
            change.summary = { outcome, took in
                let own = outcome.first(count)
                return own.done.allSatisfy(writing.contains) ? [] : try await summary(own, took)
            }
            if live != nil || existing == nil { design.addSteps(to: &change.plan, of: planned, live) }
            // What changes nothing is noted at the end alone.
            let isIdle = design.changes.allSatisfy { $0.sign == .keep }
            var recorded = planned
            if !isIdle { recorded.file = design.beginning(at: path) }
            change.context = change.context.with(recorded)
            change.changes = design.changes
            change.remarks += design.remarks
            change.headline = "Plan of bcmcluster up -f \(Shell.quoted(file.path)): cluster \(cluster)."
            if !design.losses.isEmpty {
                change.confirmation = Confirmation(
                    command: "up -f", headline: "applying \(file.shownPath) deletes:", losses: design.losses)
            }
            let (folder, files) = (app.folder(cluster), app.files)
            let resume = "re-run bcmcluster up -f \(Shell.quoted(file.shownPath)) to resume"
            change.resume = { _ in try files.kind(of: folder.state) == nil ? "nothing was changed" : resume }
            change.following = following(design, isAnswering: live != nil, isNew: existing == nil)
            return (change, existing != nil && live == nil)
        }
    }

    /// Throws what would refuse a member's other sizes or its removal, before anything is changed.
    private func check(_ design: ClusterFileDesign, _ context: PlanContext) async throws {
        for (member, sizes) in design.resizedOffline {
            _ = try await ResizeMembers([member.text], of: cluster, to: sizes, options: options)
                .planned([member], context)
        }
        // Where instances are deleted first, there is more room than now.
        for member in design.surplus where design.lostInstances.isEmpty && design.droppedUnits.isEmpty {
            _ = try await RemoveMember(member.text, of: cluster, options: options).planned(member, context)
        }
    }

    /// Checks that the hosts have what the drivers of pools need; of machines of their own that is seen once they are up.
    private func checkDrivers(_ state: ClusterState, _ traits: ProviderTraits, _ app: AppContext) async throws {
        guard traits.sharesHost else { return }
        let hosts = try app.hosts.all()
        for name in state.hosts {
            guard let host = try name.isLocal ? Host.local : hosts.first(where: { $0.name == name }) else { continue }
            let runner = app.runner(on: host)
            let storage = HostStorage(name.isLocal ? SudoRunner(runner) : RootOnHost(runner))
            for pool in file.pools {
                guard let fault = try await storage.fault(of: pool.driver) else { continue }
                throw Failure(
                    .missing, "pool \(pool.name): \(name.isLocal ? "" : "\(name): ")\(fault.message)", hint: fault.hint)
            }
        }
    }

    /// What the cluster says of itself; `nil` where there is none, or nothing answers, as after `stop`.
    private func live(_ existing: ClusterState?, _ app: AppContext) async throws -> ClusterFileDesign.Live? {
        guard let existing else { return nil }
        do { return try await ClusterFileDesign.Live.look(app.context(toLookAt: existing)) } catch let failure
            as Failure
            where failure.isNoAnswer || [.unreachable, .taken, .missing].contains(failure.code)
        { return nil }
    }

    // MARK: What follows once the members are up

    private func following(
        _ design: ClusterFileDesign, isAnswering: Bool, isNew: Bool
    ) -> [@Sendable (AppContext) async throws -> PlannedChange<PlanContext>?] {
        let (cluster, options, path) = (cluster, options, path)
        typealias Following = @Sendable (AppContext) async throws -> PlannedChange<PlanContext>?
        /// What a dry run cannot look at yet is in the list of changes alone.
        func once(
            _ decide: @escaping @Sendable (AppContext, PlanContext) async throws -> PlannedChange<PlanContext>?
        ) -> Following {
            { app in
                guard isAnswering || app.recorder == nil else { return nil }
                let state = try app.existing(cluster)
                return try await decide(
                    app, app.context(state, provider: app.provider(for: state), limits: options.limits))
            }
        }
        let confirmed = design.lostInstances
        let noted: Following = { app in
            guard app.recorder == nil else { return nil }
            let state = try app.existing(cluster)
            try await app.context(toLookAt: state).store.update {
                $0.file = isAnswering || isNew ? design.ending(at: path) : design.beginning(at: path)
            }
            return nil
        }
        // What is on a cluster that is off is compared once it is up.
        guard isAnswering || isNew else { return [noted] }
        return design.resizedOffline.map { member, sizes in
            once { _, context in
                try await ResizeMembers([member.text], of: cluster, to: sizes, options: options)
                    .planned([member], context)
            }
        }
            + file.units.enumerated().map { number, entry in
                let run = file.run(of: entry, on: cluster)
                let before = design.unitDesigns.filter { designed in
                    file.units.prefix(number).contains { $0.unit.name == designed.unit }
                }
                let isDesigned = design.unitDesigns.contains { $0.unit == entry.unit.name }
                return once { app, context in
                    if app.recorder != nil, !isDesigned { return nil }
                    // In a dry run nothing is there of what came before, but by its design.
                    let outcome = try await run.outcome(context, after: app.recorder == nil ? [] : before)
                    return run.change(outcome, context) { $0.filter { !confirmed.contains($0.name) } }
                }
            }
            + design.droppedUnits.map { unit in
                once { app, context in
                    var change = try await DeleteUnit(unit, on: cluster, options: options).planned(
                        app.existing(cluster), context)
                    change.confirmation = nil
                    return change
                }
            }
            + design.surplus.map { member in
                once { _, context in
                    var change = try await RemoveMember(member.text, of: cluster, options: options).planned(
                        member, context)
                    change.confirmation = nil
                    return change
                }
            }
            + [noted]
    }
}

extension Failure {
    /// The failure of a file that does not name its cluster.
    static func unnamedCluster(in file: ClusterFile) -> Failure {
        Failure(
            .badInput, "\(file.shownPath) does not name the cluster",
            hint: "write name = \"DEV\" below [cluster], or pass -c DEV")
    }
}
