import Provisioning

/// Makes, finishes or grows a cluster: `bcmcluster up`.
struct UpCommand {
    let invocation: Invocation
    let world: World
    /// Exactly these members, where it is not for the user to say how many.
    var wanted: [MemberName]?

    func run() async throws -> Int32 {
        let request = UpRequest(
            name: try invocation.cluster(world.environment), further: try invocation.further(),
            sources: SettingSources(flags: try invocation.settings(), environment: world.environment))
        _ = try (
            invocation.parallel(), invocation.limits(), invocation.hosts(), invocation.timeline()?.check(world.files)
        )
        if let recorder = world.recorder { return try await review(request, recorder) }

        // Everything that can be wrong with the request is found before the first folder is made.
        let desired = try await desired(request, world)
        let folder = world.folder(request.name)
        let lock = try await world.lock(folder, command: "up -c \(request.name)", invocation)
        return try await lock.whileHeld {
            // Another run may have written .env files while this one waited.
            let isNew = try folder.contents(world.files).isEmpty
            do {
                return try await bringUp(request, folder, desired)
            } catch {
                // Under the lock, so that the folder that goes is not one that another run is filling.
                if isNew, try world.files.kind(of: folder.state) == nil { try folder.remove(world.files) }
                throw error
            }
        }
    }

    private func bringUp(_ request: UpRequest, _ folder: ClusterFolder, _ asked: Desired) async throws -> Int32 {
        let log = try world.openLog(folder, command: "up")
        let world = world.logging(to: log)
        if let status = try await endRemoval(request.name, world, log), status != 0 { return status }
        let desired = try await stillDesired(asked, request, world)
        let execution = try execution(request, desired, world)
        world.terminal.say("\(request.name): provider \(desired.choice.name.rawValue) (\(desired.choice.reason))")
        let start = world.time.elapsed
        let outcome = try await execution.run(log)
        let took = world.time.elapsed - start
        // What was refused before anything was recorded is not there to be finished.
        let isBegun = try await execution.context.store.isWritten()
        let status = try await execution.report(
            "up", outcome, log: log, took: took, goOn: isBegun ? Self.goOn(request.name) : "nothing was changed")
        if status == 0 { try await sayWhatIsThere(execution, outcome, took) }
        return status
    }

    /// Ends a removal that a former run began: some members are permanently lost, and the rest has no quorum.
    private func endRemoval(_ name: ClusterName, _ world: World, _ log: RunLog) async throws -> Int32? {
        guard let state = try StateStore.read(world.folder(name), world.files), state.isDeleting == true else {
            return nil
        }
        world.terminal.say("\(name): deletion incomplete; it is finished first, then the cluster is recreated")
        let context = world.context(
            state, provider: try world.provider(for: state),
            sources: SettingSources(flags: [:], environment: world.environment), limits: try invocation.limits())
        let execution = PlanExecution(
            plan: DestroyPlan.planForMachines(of: state), context: context, world: world, invocation: invocation,
            cluster: name)
        let start = world.time.elapsed
        let outcome = try await execution.run(log)
        guard outcome.succeeded else {
            return try await execution.report(
                "up", outcome, log: log, took: world.time.elapsed - start, goOn: Self.goOn(name))
        }
        try world.files.remove(world.folder(name).snapshots)
        try await context.store.update {
            $0.isDeleting = nil
            $0.restoring = nil
            $0.remote = nil
        }
        return 0
    }

    /// The way out of a run that has not ended well.
    private static func goOn(_ name: ClusterName) -> String {
        "re-run bcmcluster up -c \(name) to resume, or bcmcluster destroy -c \(name) to clean up"
    }

    /// What was found before the lock, unless another run has changed the state since, or may have made machines by
    /// settings that this one changes.
    private func stillDesired(_ asked: Desired, _ request: UpRequest, _ world: World) async throws -> Desired {
        let isUnchanged = try StateStore.read(world.folder(request.name), world.files) == asked.existing
        let isChanging = asked.existing.map { $0.settings != asked.state.settings } ?? false
        guard isUnchanged, !isChanging else {
            return try await desired(request, world)
        }
        var desired = asked
        // Its commands go into the run's log from here on.
        desired.provider = try world.provider(for: asked.state)
        return desired
    }

    private struct Desired {
        /// The state as it was found; `nil` where there was none.
        var existing: ClusterState?
        /// The state to reach.
        var state: ClusterState
        var choice: ProviderChoice
        var provider: any MachineProvider
        var remarks: [String]
        /// The cluster's settings, for the first member's `.env`.
        var decided: [Setting: String]
    }

    /// The state to reach, checked against what there is; changes nothing.
    private func desired(_ request: UpRequest, _ world: World) async throws -> Desired {
        let folder = world.folder(request.name)
        let existing = try StateStore.read(folder, world.files)
        if existing?.isDeleting != true, let failure = existing?.isHalfRestored { throw failure }
        var changeable: Set<Setting> = []
        if let existing {
            changeable = try await request.changeable(in: existing, engine: .lxd) {
                try world.provider(for: existing)
            }
        }
        let (settings, choice) = try request.settings(
            existing: existing, changeable: changeable, folder: folder, files: world.files,
            templates: world.templates, automatic: { try automaticProvider(request, world) })
        let members = try wanted ?? wantedMembers(request, existing, settings.provider)
        var state =
            existing
            ?? ClusterState(
                name: request.name, identifier: world.random.identifier(length: 8),
                created: world.time.secondsSince1970, settings: settings)
        state.settings = settings
        let present = Set(state.members.map(\.name))
        let newMembers = members.filter { !present.contains($0) }
        let grown = try await HostSpread(world: world, wanted: try invocation.hosts())
            .applied(to: state.including(members), existing: existing, newMembers: newMembers)
        let provider = try world.provider(for: grown)
        async let assigning = provider.assign(grown, newMembers: newMembers)
        // Where the provider does not work here, this says so, and not what else fails then.
        var remarks = try await world.check(provider, for: grown)
        if newMembers.isEmpty, let existing, settings.sizes != existing.settings.sizes {
            remarks.append("the sizes apply to new members; existing machines are unchanged")
        }
        if world.recorder != nil, existing?.isDeleting == true {
            remarks.append("deletion of \(request.name) is incomplete: a real run finishes it first")
        }
        let assigned = try await assigning
        try checkFiles(request, assigned, world)
        return Desired(
            existing: existing, state: assigned, choice: choice, provider: provider, remarks: remarks,
            decided: settings.decided
        )
    }

    /// The members that are wanted; where each host is one, the hosts say how many.
    private func wantedMembers(
        _ request: UpRequest, _ existing: ClusterState?, _ provider: ProviderName
    ) throws -> [MemberName] {
        var counted = request
        if provider == .baremetal, request.further == nil, let hosts = try invocation.hosts() {
            let newMembers = hosts.count { host in existing?.members(on: host).isEmpty ?? true }
            counted.further = (existing?.members.map(\.name.index).max() ?? -1) + newMembers
        }
        return try counted.members(existing: existing)
    }

    /// What is taken by default; this machine's programs say nothing of other hosts'.
    private func automaticProvider(_ request: UpRequest, _ world: World) throws -> ProviderChoice {
        guard let hosts = try invocation.hosts(), hosts != [.local] else { return try world.automaticProvider() }
        let isSubnet = request.sources.flags[.network].map { Subnet($0) != nil } ?? true
        return isSubnet
            ? ProviderChoice(name: .namespace, reason: "which works on any Linux host")
            : ProviderChoice(name: .multipass, reason: "whose networks have names")
    }

    /// Files that the user may have edited are read before anything is made.
    private func checkFiles(_ request: UpRequest, _ state: ClusterState, _ world: World) throws {
        try world.templates.check()
        let folder = world.folder(request.name)
        for member in state.members.map(\.name) {
            let path = folder.environment(member)
            guard let text = try world.files.read(path) else { continue }
            let file = try EnvironmentFile(text, path: path)
            for setting in Setting.allCases {
                _ = try request.sources.value(of: setting, file: file, path: path, template: [:])
            }
        }
    }

    private func execution(_ request: UpRequest, _ desired: Desired, _ world: World) throws -> PlanExecution {
        let context = world.context(
            desired.state, provider: desired.provider, sources: request.sources, limits: try invocation.limits())
        return PlanExecution(
            plan: UpPlan.plan(for: desired.state, decided: desired.decided), context: context, world: world,
            invocation: invocation, cluster: request.name, remarks: desired.remarks)
    }

    private func review(_ request: UpRequest, _ recorder: Recorder) async throws -> Int32 {
        let desired = try await desired(request, world)
        let count = desired.state.members.count
        let headline =
            "Plan of bcmcluster up -c \(request.name): \(Self.counted(count, "member")), "
            + "provider \(desired.choice.name.rawValue) (\(desired.choice.reason))."
        try await execution(request, desired, world).review(recorder, headline: headline, command: "up")
        return 0
    }

    private func sayWhatIsThere(_ execution: PlanExecution, _ outcome: PlanOutcome, _ took: Duration) async throws {
        let state = await execution.context.store.state
        let name = state.name
        let members = Self.counted(state.members.count, "member")
        guard !outcome.done.isEmpty else {
            world.terminal.say("cluster \(name) is up (\(members)), unchanged")
            return
        }
        world.terminal.say("cluster \(name) is up (\(members), \(took.brief))")
        if state.members.count == 2 {
            world.terminal.say(
                "note: with two members, one holds the database and its loss stops the cluster; three members survive the loss of one"
            )
        }
        let remote = state.remote.map { "lxc remote \($0.name) (default)" } ?? "no lxc remote"
        world.terminal.say(
            "  created: \(Self.counted(state.members.count, "machine")) (\(state.settings.provider.rawValue) provider)"
                + (state.spread == nil ? "" : " on \(Self.counted(state.hosts.count, "host"))") + "; \(remote)"
        )
        world.terminal.say("  Next steps: lxc cluster list")
        world.terminal.say("              bcmcluster up -c \(name) -m \(state.members.count)    # add a member")
        world.terminal.say("              bcmcluster destroy -c \(name)")
    }

    private static func counted(_ number: Int, _ thing: String) -> String {
        "\(number) \(thing)\(number == 1 ? "" : "s")"
    }
}
