/// The clusters of a runtime directory, and what reaches into them.
extension AppContext {
    var templates: TemplateLibrary { TemplateLibrary(runtime: runtime, files: files) }

    /// Where a cluster's files are.
    func folder(_ cluster: ClusterName) -> ClusterFolder { ClusterFolder(runtime: runtime, cluster: cluster) }

    /// The state of that cluster; throws `Failure.unknownCluster` where there is none.
    func existing(_ name: ClusterName) throws -> ClusterState {
        if let state = try StateStore.read(folder(name), files) { return state }
        let isStub = try files.kind(of: folder(name).path) != nil
        let near = isStub ? nil : near(name)
        throw Failure(
            .unknownCluster, isStub ? "cluster \(name) is not up yet" : "cluster \(name) not found",
            hint: near.map { "did you mean \($0)?" }
                ?? "see bcmcluster list, or create it with bcmcluster up -c \(name)")
    }

    /// The cluster whose name is meant by one that there is not: first of all one that differs in case alone.
    func near(_ name: ClusterName) -> String? {
        let names = Set((try? clusterNames()) ?? []).subtracting([name.text])
        return names.sorted().first { $0.lowercased() == name.text.lowercased() }
            ?? Suggestion.nearest(to: name.text, in: names)
    }

    /// Throws where a new cluster would have the name of another but for the case of its letters: on some file systems, and
    /// to most users, the two are one.
    func checkIsNew(_ name: ClusterName) throws {
        guard let other = near(name), other.lowercased() == name.text.lowercased() else { return }
        throw Failure(
            .badInput, "there is a cluster \(other), from which \(name) differs in case alone",
            hint: "did you mean -c \(other)? A new cluster needs another name")
    }

    /// The names of all clusters, of which something is kept.
    func clusterNames() throws -> [String] { try files.names(in: ClusterFolder.clusters(in: runtime)) }

    /// A context for a plan about that cluster.
    func context(
        _ state: ClusterState, provider: any MachineProvider, flags: [Setting: String] = [:],
        sizing members: Set<MemberName>? = nil, limits: Limits = Limits()
    ) -> PlanContext {
        var sources = SettingSources(flags: flags, environment: environment)
        sources.sizedMembers = members
        return context(state, provider: provider, sources: sources, limits: limits)
    }

    /// A context for a plan about that cluster, with settings from wherever they stand.
    func context(
        _ state: ClusterState, provider: any MachineProvider, sources: SettingSources, limits: Limits
    ) -> PlanContext {
        let folder = folder(state.name)
        return PlanContext(
            store: StateStore(state, folder: folder, files: files), folder: folder, files: files, runner: runner,
            provider: provider, engine: state.engine, templates: templates,
            sources: sources, time: time, random: random,
            redactor: redactor, limits: limits)
    }

    /// A context for looking at that cluster.
    func context(toLookAt state: ClusterState) throws -> PlanContext {
        context(state, provider: try provider(for: state))
    }

    /// The provider of the cluster, once it is known that it may be used.
    func usableProvider(for state: ClusterState) async throws -> any MachineProvider {
        let provider = try provider(for: state)
        try await checkRights(provider, state)
        return provider
    }

    /// Checks that the provider works here; in a dry run what is missing becomes a remark, so that a plan can be reviewed
    /// anywhere.
    func check(_ provider: any MachineProvider, for state: ClusterState) async throws -> [String] {
        do {
            try await checkRights(provider, state)
            try await provider.check()
            return try givenUp(state).map { "\($0) is not a host any more: what is left there is kept" }
        } catch let failure as Failure where recorder != nil && failure.code == .missing {
            return ["a real run would stop here: \(failure.message)"]
        }
    }

    /// Checks that those new members can be made, and those that an interrupted run has not made, before anything is; in a dry run what is in the way becomes a remark.
    func check(
        _ provider: any MachineProvider, for state: ClusterState, making newMembers: [MemberName]
    ) async throws -> [String] {
        var remarks = try await check(provider, for: state)
        let making = await newMembers + unmade(provider, state, besides: newMembers)
        var problems: [(message: String, hint: String?)] = []
        for host in state.hosts {
            let count = making.count { state.host(of: $0) == host }
            for check in try await preflight(provider.part(on: host), making: count, of: state) {
                let message = host.isLocal ? check.message : "\(host): \(check.message)"
                switch check.level {
                case .ok: continue
                case .warning: remarks.append(message + (check.hint.map { "; hint: \($0)" } ?? ""))
                case .problem: problems.append((message, check.hint))
                }
            }
        }
        guard recorder == nil, !problems.isEmpty else {
            return remarks + problems.map { "a real run would stop here: \($0.message)" }
        }
        throw Failure(
            .missing, problems.map(\.message).joined(separator: "; "),
            hint: problems.compactMap(\.hint).reduce(into: [String]()) { if !$0.contains($1) { $0.append($1) } }
                .joined(separator: "; "))
    }

    /// The other members without a machine, as far as the provider says.
    private func unmade(
        _ provider: any MachineProvider, _ state: ClusterState, besides newMembers: [MemberName]
    ) async -> [MemberName] {
        let others = state.members.map(\.name).filter { !newMembers.contains($0) }
        guard !others.isEmpty, let machines = try? await provider.machines(of: state) else { return [] }
        return others.filter { machines[$0] == nil }
    }

    /// What one host's provider has to say; of an unreachable host nothing, and in a dry run nothing that it cannot find out.
    private func preflight(
        _ provider: any MachineProvider, making count: Int, of state: ClusterState
    ) async throws -> [DoctorCheck] {
        do { return try await provider.preflight(making: count, of: state) } catch let failure as Failure
            where failure.code == .unreachable || recorder != nil
        {
            return []
        }
    }

    private func checkRights(_ provider: any MachineProvider, _ state: ClusterState) async throws {
        guard provider.traits.needsLocalRoot, state.hosts.contains(.local) else { return }
        try await RootRights.check(runner, canAsk: canAsk && recorder == nil)
    }

    /// The provider for that cluster, wherever its machines are.
    ///
    /// Where it `purges`, what was installed for the cluster on hosts goes with their members.
    func provider(for state: ClusterState, purges: Bool = false) throws -> any MachineProvider {
        func provider(
            by runner: any CommandRunner, _ root: any CommandRunner, on host: HostName? = nil
        ) throws -> any MachineProvider {
            var context = providerContext(runner, root, state.engine)
            context.host = host
            context.purges = purges
            context.cluster = state.identifier
            return try ProviderRegistry.standard.provider(state.settings.provider, context)
        }
        guard state.spread != nil else { return try provider(by: runner, SudoRunner(runner)) }
        let known = try hosts.all()
        let parts = try state.hosts.map { name -> (HostName, any MachineProvider) in
            if name.isLocal { return (name, try provider(by: runner, SudoRunner(runner), on: name)) }
            guard let host = known.first(where: { $0.name == name }) else {
                return (name, AbsentHost(name, try ProviderRegistry.standard.traits(of: state.settings.provider)))
            }
            let runner = runner(on: host)
            return (name, try provider(by: runner, RootOnHost(runner), on: name))
        }
        return FleetProvider(state, parts)
    }

    /// The provider of that name, on this machine.
    func provider(_ name: ProviderName) throws -> any MachineProvider {
        try ProviderRegistry.standard.provider(name, providerContext(runner, SudoRunner(runner), .current))
    }

    /// The provider of that name, on the host that the runners reach, as its user and as root, to look at.
    func provider(
        _ name: ProviderName, on host: any CommandRunner, root: any CommandRunner
    ) throws -> any MachineProvider {
        var context = providerContext(host, root, .current)
        context.isInspection = true
        return try ProviderRegistry.standard.provider(name, context)
    }

    /// The provider of that name on that host, which may be this machine, to look at.
    func provider(_ name: ProviderName, toLookAt host: Host) throws -> any MachineProvider {
        let runner = runner(on: host)
        let root: any CommandRunner = host.name.isLocal ? SudoRunner(runner) : RootOnHost(runner)
        var context = providerContext(runner, root, .current)
        context.isInspection = true
        return try ProviderRegistry.standard.provider(name, context)
    }

    /// Where the state of a cluster is kept.
    func origin(of cluster: ClusterName) -> StateCopy.Origin {
        StateCopy.Origin(machine: machine, path: folder(cluster).state)
    }

    private func providerContext(
        _ runner: any CommandRunner, _ root: any CommandRunner, _ engine: Engine
    ) -> ProviderContext {
        var context = ProviderContext(
            runner: runner, root: root, engine: engine, templates: templates, files: files, time: time)
        let (runtime, files) = (runtime, files)
        context.copy = { StateCopy(of: $0, origin: origin(of: $0.name)) }
        context.certificates = { state in
            try ClusterFolder(runtime: runtime, cluster: state.name).certificates(of: state, files)
        }
        return context
    }

    /// The provider that is taken where nobody chose.
    func automaticProvider() throws -> ProviderChoice { try ProviderRegistry.standard.automatic(.current) }

    /// The engine that is taken where nobody chose: with that provider, on this machine.
    func automaticEngine(_ traits: ProviderTraits) -> EngineChoice {
        EngineChoice.automatic(traits.sharesHost ? { SystemCalls.pathOfProgram($0) != nil } : nil)
    }

    /// The same over hosts, given which of the engines' programs each of them has.
    func automaticEngine(
        _ traits: ProviderTraits, over hosts: [(host: HostName, programs: Set<String>)]
    ) -> EngineChoice {
        guard traits.usesHostEngine else { return automaticEngine(traits) }
        let programs = Dictionary(hosts.map { ($0.host.text, $0.programs) }) { first, _ in first }
        return EngineChoice.automatic(over: hosts.map(\.host.text)) { host, engine in
            // Where members are hosts, any package of the engine will do.
            let places = traits.membersAreHosts ? engine.packages.map(\.daemon) : [engine.daemon]
            return places.contains { programs[host]?.contains($0) ?? false }
        }
    }

    /// Does the work for the engine of that cluster; for the standard one where nothing is known of it.
    package func withEngine<Answer>(of cluster: ClusterName?, _ work: () async throws -> Answer) async rethrows
        -> Answer
    {
        let state = try? cluster.flatMap { try StateStore.read(folder($0), files) }
        let client = state.map {
            ClusterClient(
                engine: $0.engine, remote: $0.remote?.name, inside: "bcmcluster exec -c \($0.name) \($0.first) --")
        }
        return try await Engine.$current.withValue(state?.engine ?? .standard) {
            try await ClusterClient.$current.withValue(client) { try await work() }
        }
    }

    /// Looks at what runs on a cluster.
    func workloads(of name: ClusterName, withState: Bool = false) async throws -> WorkloadsInCluster {
        let state = try existing(name)
        _ = try await usableProvider(for: state)
        let context = try context(toLookAt: state)
        let (respondingMember, workloads) = try await Workloads.look(context, withState: withState)
        return WorkloadsInCluster(
            state: state, context: context, respondingMember: respondingMember, workloads: workloads)
    }
}

/// What runs on a cluster, and the way to it.
struct WorkloadsInCluster: Sendable {
    let state: ClusterState
    let context: PlanContext
    /// The member that was asked.
    let respondingMember: MemberName
    let workloads: Workloads

    /// The member that the instance is on; throws where it does not answer.
    func place(of instance: ClusterInstance) throws -> MemberName { try workloads.place(of: instance, in: state) }
}
