import Provisioning

/// The tool as it runs once in the simulated world: what the commands `up` and `destroy` do around their plans.
struct SimulatedRun {
    /// How a run ended.
    enum Ending {
        case succeeded
        case killed
        case failed([Failure])
    }

    let world: World
    let process: SimulatedProcess
    private let cluster: ClusterName

    private var files: SimulatedFiles { SimulatedFiles(disk: world.disk, process: process) }
    private var clock: ProcessClock { ProcessClock(clock: world.clock, process: process) }
    private var runner: SimulatedRunner { SimulatedRunner(world: world, process: process) }
    private var folder: ClusterFolder { ClusterFolder(runtime: Person.runtime, cluster: cluster) }
    private var templates: TemplateLibrary { TemplateLibrary(runtime: Person.runtime, files: files) }
    private var sources: SettingSources { SettingSources(flags: world.release.flags, environment: Person.environment) }

    init(_ world: World, _ process: SimulatedProcess, cluster: ClusterName) {
        self.world = world
        self.process = process
        self.cluster = cluster
    }

    /// What `bcmcluster up` does.
    func up(further: Int?) async -> Ending {
        let isNew = (try? files.kind(of: folder.path)) == nil
        do {
            let request = UpRequest(name: cluster, further: further, sources: sources)
            _ = try await desired(request)
            try files.makeFolder(folder.logs, mode: ClusterFolder.folderMode)
            if let ending = try await endRemoval() { return ending }
            let (state, decided) = try await desired(request)
            return await run(UpPlan.plan(for: state, decided: decided), context(state))
        } catch {
            if isNew, (try? files.kind(of: folder.state)) == nil { try? folder.remove(files) }
            return ending(error)
        }
    }

    /// What `bcmcluster destroy` does.
    func destroy() async -> Ending {
        do {
            guard try files.kind(of: folder.path) != nil else { return .succeeded }
            try files.makeFolder(folder.logs, mode: ClusterFolder.folderMode)
            let state = try StateStore.read(folder, files)
            if state != nil { try await provider.check() }
            let known =
                state
                ?? ClusterState(
                    name: cluster, identifier: "", created: 0,
                    settings: ClusterSettings(provider: .multipass, storage: .dir))
            return await run(state.map { DestroyPlan.plan(for: $0) } ?? DestroyPlan.planForFilesAlone(), context(known))
        } catch {
            return ending(error)
        }
    }

    /// Ends a removal that was cut off; how the run ends, where that does not succeed.
    private func endRemoval() async throws -> Ending? {
        guard let state = try StateStore.read(folder, files), state.isDeleting == true else { return nil }
        let context = context(state)
        let ending = await run(DestroyPlan.planForMachines(of: state), context)
        guard case .succeeded = ending else { return ending }
        try await context.store.update {
            $0.isDeleting = nil
            $0.remote = nil
        }
        return nil
    }

    private var provider: MultipassProvider {
        MultipassProvider(base: runner, engine: world.release.engine, templates: templates, time: clock)
    }

    private func desired(_ request: UpRequest) async throws -> (ClusterState, [Setting: String]) {
        let existing = try StateStore.read(folder, files)
        let members = try request.members(existing: existing)
        let up = try request.settings(
            existing: existing, folder: folder, files: files, templates: templates,
            automatic: { ProviderChoice(name: .multipass, reason: "simulated") },
            automaticEngine: { _ in EngineChoice(engine: world.release.engine, reason: "simulated") })
        let provider = provider
        try await provider.check()
        let fresh = ClusterState(
            name: cluster, identifier: SimulatedRandom(world: world).identifier(length: 8),
            created: clock.secondsSince1970, settings: up.settings, engine: up.engine.engine)
        let state = existing ?? fresh
        let present = Set(state.members.map(\.name))
        let newMembers = members.filter { !present.contains($0) }
        let assigned = try await provider.assign(state.including(members), newMembers: newMembers)
        return (assigned, assigned.decided)
    }

    private func context(_ state: ClusterState) -> PlanContext {
        PlanContext(
            store: StateStore(state, folder: folder, files: files), folder: folder, files: files, runner: runner,
            provider: provider, engine: world.release.engine, templates: templates, sources: sources, time: clock,
            random: SimulatedRandom(world: world), redactor: process.redactor, limits: Limits())
    }

    private func run(_ plan: ClusterPlan, _ context: PlanContext) async -> Ending {
        let outcome = await PlanRunner(plan, context, observer: Notes(world: world), machinesAtOnce: 3).run()
        if process.isDead { return .killed }
        for remark in context.remarks.all { world.searchForSecrets(remark, in: "a remark") }
        return outcome.succeeded ? .succeeded : .failed(outcome.failures.map(\.failure))
    }

    private func ending(_ error: any Error) -> Ending {
        process.isDead ? .killed : .failed([process.redactor.redact(Failure(error))])
    }
}

/// Writes into the trace what becomes of each step.
private struct Notes: PlanObserver {
    let world: World

    func observe(_ event: PlanEvent, in plan: PlanOutline) {
        switch event {
        case .started(let index, _): world.note("  \(plan.entries[index].identifier)")
        case .failed(let index, _, let failure):
            world.note("  \(plan.entries[index].identifier) failed: \(failure.message)")
        default: break
        }
    }
}
