/// Makes, finishes or grows a cluster: `bcmcluster up`, `bcmcluster member add`.
public struct Up: Operation {
    private enum Wanted {
        /// So many beyond the first; `nil` keeps those that there are.
        case further(Int?)
        /// So many more than there are, counted once the lock is held.
        case more(Int)
    }

    private let cluster: ClusterName
    private var wanted: Wanted
    private let settings: [Setting: String]
    private let hosts: [HostName]?
    private let values: [MemberValue]
    private let options: OperationOptions
    /// The file in the place of settings and hosts.
    private var file: ClusterFile?

    /// A cluster with so many members beyond the first; `nil` keeps those that there are, or makes one.
    ///
    /// Settings are what the user chose, checked; of a cluster that is there, what it was created with stays. Without hosts it
    /// keeps those that it has, or takes this machine.
    package init(
        _ cluster: ClusterName, furtherMembers: Int? = nil, settings: [Setting: String] = [:],
        hosts: [HostName]? = nil, values: [MemberValue] = [], options: OperationOptions = OperationOptions()
    ) {
        self.cluster = cluster
        wanted = .further(furtherMembers)
        self.settings = settings
        self.hosts = hosts
        self.values = values
        self.options = options
    }

    /// A cluster that is there, with so many members more.
    package init(
        adding count: Int, to cluster: ClusterName, settings: [Setting: String] = [:], hosts: [HostName]? = nil,
        values: [MemberValue] = [], options: OperationOptions = OperationOptions()
    ) {
        self.cluster = cluster
        wanted = .more(count)
        self.settings = settings
        self.hosts = hosts
        self.values = values
        self.options = options
    }

    /// A cluster as a file says, which has so many members now.
    init(_ cluster: ClusterName, file: ClusterFile, present: Int, options: OperationOptions) throws {
        self.init(cluster, settings: file.settings.mapValues(\.text), hosts: file.hosts, options: options)
        self.file = file
        guard let members = file.members else { return }
        wanted = present == 0 ? .further(members - 1) : members > present ? .more(members - present) : .further(nil)
    }

    /// A cluster with so many members in all, by that provider.
    ///
    /// `nil` chooses a provider. Of a cluster that is there, what it was made with stays. Throws `Failure` for a name or a provider that is not valid.
    public init(_ cluster: String, members: Int = 1, provider: String? = nil) throws {
        guard 1...MemberName.mostFurther + 1 ~= members else {
            throw Failure(.badInput, "a cluster has 1 to \(MemberName.mostFurther + 1) members, not \(members)")
        }
        if let provider { try Setting.provider.check(provider, from: "provider") }
        self.init(
            try ClusterName(cluster), furtherMembers: members - 1,
            settings: provider.map { [.provider: $0] } ?? [:])
    }

    /// Brings it up.
    public func run(in app: AppContext) async throws -> ChangeReport {
        if case .more = wanted { _ = try app.existing(cluster) }
        let request = ChangeRequest(cluster: cluster, command: "up", options: options, creates: true)
        return try await app.change(request) { app in
            if let report = try await endRemoval(request, app) { return .ended(report) }
            return .change(try await planned(app))
        }
    }

    /// Ends a removal that a former run began: some members are deleted, and the rest has no quorum.
    func endRemoval(_ request: ChangeRequest, _ app: AppContext) async throws -> ChangeReport? {
        guard app.recorder == nil, let state = try StateStore.read(app.folder(cluster), app.files),
            state.isDeleting == true
        else { return nil }
        app.say("\(cluster): deletion incomplete; it is finished first, then the cluster is recreated")
        let context = app.context(state, provider: try app.provider(for: state), limits: options.limits)
        let report = try await app.runBefore(
            DestroyPlan.planForMachines(of: state), context, request, resume: resume)
        guard case .ran(let run) = report.result, run.outcome.succeeded else { return report }
        try app.files.remove(app.folder(cluster).snapshots)
        try await context.store.update {
            $0.isDeleting = nil
            $0.restoring = nil
            $0.importing = nil
            $0.remote = nil
        }
        return nil
    }

    /// What can be done about a run that has not ended well.
    private var resume: String {
        "re-run bcmcluster up -c \(cluster) to resume, or bcmcluster destroy -c \(cluster) to clean up"
    }

    /// What is to be done, checked against what there is; changes nothing.
    func planned(_ app: AppContext) async throws -> PlannedChange<PlanContext> {
        let folder = app.folder(cluster)
        let existing = try StateStore.read(folder, app.files)
        if existing == nil { try app.checkIsNew(cluster) }
        if existing?.isDeleting != true, let failure = existing?.incompleteRestoreFailure { throw failure }
        var request = UpRequest(name: cluster, further: nil, sources: sources(app))
        if let existing {
            let traits = try ProviderRegistry.standard.traits(of: existing.settings.provider)
            request.sources.ignore(UpRequest.unusedInFile(request.sources, traits, existing.engine))
        }
        if case .further(let further) = wanted { request.further = further }
        var changeable: Set<Setting> = []
        if let existing {
            changeable = try await request.changeable(in: existing, engine: existing.engine) {
                try app.provider(for: existing)
            }
        }
        let programs = existing == nil ? try await enginePrograms(request, app) : nil
        let up = try request.settings(
            existing: existing, changeable: changeable, folder: folder, files: app.files, templates: app.templates,
            automatic: { try automaticProvider(request, app) },
            automaticEngine: { traits in
                programs.map { app.automaticEngine(traits, over: $0) } ?? app.automaticEngine(traits)
            })
        return try await Engine.$current.withValue(up.engine.engine) {
            try await change(app, request, existing, up)
        }
    }

    private func change(
        _ app: AppContext, _ request: UpRequest, _ existing: ClusterState?, _ up: UpSettings
    ) async throws -> PlannedChange<PlanContext> {
        let folder = app.folder(cluster)
        var state =
            existing
            ?? ClusterState(
                name: cluster, identifier: app.random.identifier(length: 8), created: app.time.secondsSince1970,
                settings: up.settings, engine: up.engine.engine)
        state.settings = up.settings
        let members = try members(request, existing, up.settings.provider)
        let present = Set(state.members.map(\.name))
        let newMembers = members.filter { !present.contains($0) }
        let requested = try withValues(state.including(members), newMembers, isNew: existing == nil)
        let grown = try await HostAssignment(app: app, wanted: hosts)
            .applied(to: requested, existing: existing, newMembers: newMembers)
        let provider = try app.provider(for: grown)
        async let assigning = provider.assign(grown, newMembers: newMembers)
        // Where the provider does not work here, this says so, and not what else fails then.
        var remarks = try await app.check(provider, for: grown, making: newMembers)
        if existing?.isDeleting == true {
            remarks.append("deletion of \(cluster) is incomplete: a real run finishes it first")
        }
        let assigned: ClusterState
        do { assigned = try await assigning } catch let failure as Failure
            where existing == nil && failure.code == .conflict
        {
            // The machines may be this cluster's own, whose state is lost.
            throw try await LostState(app: app, cluster: cluster).replacing(failure)
        }
        try checkFiles(request, assigned, app)
        // `member add` is about the new members alone.
        let sized = if case .more = wanted { Set(newMembers) } else { nil as Set<MemberName>? }
        var sources = request.sources
        sources.sizedMembers = sized
        sources.sizesInFile = file?.sizes(of: assigned) ?? [:]
        let planned = app.context(assigned, provider: provider, sources: sources, limits: options.limits)
        remarks += try remarksOnUnused(up)
        let sizing = Sizing(context: planned, present: present)
        let (sizedState, resized) = try await sizing.applied()
        remarks += sizing.remarks(on: sizedState)
        if let existing {
            remarks += try request.unused(
                by: existing, folder: folder, files: app.files, templates: app.templates)
        }
        return change(planned.with(sizedState), sizedState, up, remarks, resized)
    }

    /// The settings, by flags or by the file.
    private func sources(_ app: AppContext) -> SettingSources {
        guard let file else { return SettingSources(flags: settings, environment: app.environment) }
        return SettingSources(file: file.settings, environment: app.environment)
    }

    /// A remark for each setting of the file that provider or engine do not go by.
    private func remarksOnUnused(_ up: UpSettings) throws -> [String] {
        guard let file else { return [] }
        let traits = try ProviderRegistry.standard.traits(of: up.provider.name)
        let sources = SettingSources(file: file.settings, environment: { _ in nil })
        return UpRequest.unusedInFile(sources, traits, up.engine.engine).map { setting in
            let reason =
                traits.usedSettings.contains(setting)
                ? up.engine.engine.title : "the \(traits.name.rawValue) provider"
            return
                "\(sources.place(of: setting)): \(sources.flags[setting] ?? "") is ignored: it has no effect with \(reason)"
        }
    }

    private func change(
        _ context: PlanContext, _ state: ClusterState, _ up: UpSettings, _ remarks: [String], _ resized: [MemberName]
    ) -> PlannedChange<PlanContext> {
        let isByFile = file != nil
        let plan = UpPlan.plan(for: state, decided: state.decided, values: values, resized: resized)
        return PlannedChange(
            plan: plan, context: context,
            headline:
                "Plan of bcmcluster up -c \(cluster): \(counted(state.members.count, "member")), \(up.announcement).",
            rowOutcome: "ready", announcement: ["\(cluster): \(up.announcement)"], remarks: remarks,
            summary: { outcome, took in
                let state = await context.store.state
                return Self.summary(
                    of: state, outcome, took, showsAdding: !isByFile,
                    work: try await UpSummary(plan, outcome, context).line)
            },
            // What was refused before anything was written is not there to be finished.
            resume: { _ in try await context.store.isWritten() ? resume : "nothing was changed" })
    }

    /// The state with the values of their own that new members get.
    private func withValues(_ state: ClusterState, _ newMembers: [MemberName], isNew: Bool) throws -> ClusterState {
        if isNew, let value = values.first(where: { !$0.key.hasPrefix("default.") }) {
            throw Failure(
                .badInput, "\(value.text): a new cluster has the storage pool default alone",
                hint: "give such values when members join, once the cluster has the network or pool")
        }
        if let unknown = values.compactMap(\.member).first(where: { state.member($0) == nil }) {
            throw Failure(
                .badInput, "--member-config: \(unknown) is not a member of \(cluster)",
                hint: "it has \(state.members.map(\.name.text).joined(separator: ", "))")
        }
        var state = state
        for index in state.members.indices where newMembers.contains(state.members[index].name) {
            let own = values.of(state.members[index].name)
            if !own.isEmpty { state.members[index].values = own }
        }
        // The others are asked for what the first has, which is known before anything is made.
        let source = "default.source"
        let first = state.member(state.first)?.values?[source] ?? ""
        if isNew, !first.isEmpty, let member = state.members.first(where: { $0.values?[source] == nil }) {
            throw Failure(
                .badInput, "--member-config: \(member.name) has no value of \(source), and \(state.first) has \(first)",
                hint:
                    "give each member its own: --member-config \(member.name):\(source)=VALUE; an empty VALUE leaves it to "
                    + Engine.current.title)
        }
        return state
    }

    /// The members that are wanted; where each host is one, the hosts say how many.
    private func members(
        _ request: UpRequest, _ existing: ClusterState?, _ provider: ProviderName
    ) throws -> [MemberName] {
        let present = Set(existing?.members.map(\.name) ?? [])
        let highest = present.map(\.index).max()
        if case .more(let count) = wanted {
            // Counted from the highest: what removed members have left open below it stays open.
            let first = (highest ?? -1) + 1
            guard first + count - 1 <= MemberName.mostFurther else {
                throw Failure(.badInput, "\(cluster) would have more than \(MemberName.mostFurther) further members")
            }
            return present.union((first..<first + count).map { MemberName(cluster, $0) }).sorted()
        }
        var counted = request
        let traits = try ProviderRegistry.standard.traits(of: provider)
        if traits.membersAreHosts, request.further == nil, let hosts {
            let newMembers = hosts.count { host in existing?.members(on: host).isEmpty ?? true }
            counted.further = (highest ?? -1) + newMembers
        }
        return try counted.members(existing: existing)
    }

    /// What is taken where nobody chose; this machine's programs say nothing of other hosts'.
    private func automaticProvider(_ request: UpRequest, _ app: AppContext) throws -> ProviderChoice {
        guard let hosts, hosts != [.local] else { return try app.automaticProvider() }
        return try ProviderRegistry.standard.automaticOverHosts(network: request.sources.flags[.network])
    }

    /// The engines' programs on other hosts, where they decide the engine; `nil` where this machine's do.
    private func enginePrograms(
        _ request: UpRequest, _ app: AppContext
    ) async throws -> [(host: HostName, programs: Set<String>)]? {
        guard let hosts, hosts != [.local] else { return nil }
        let chosen = request.sources.flags[.engine] ?? request.sources.environment(Setting.engine.variable) ?? ""
        return chosen.isEmpty ? try await app.enginePrograms(on: hosts) : []
    }

    /// Files that a user may have edited are read before anything is made.
    private func checkFiles(_ request: UpRequest, _ state: ClusterState, _ app: AppContext) throws {
        try app.templates.check()
        let folder = app.folder(cluster)
        for member in state.members.map(\.name) {
            let template = try app.templates.environment(of: member)
            let file = try EnvironmentFile(of: member, in: folder, app.files, own: template.variables)
            for setting in Setting.allCases { _ = try request.sources.value(of: setting, file: file, template: [:]) }
        }
    }

    private static func summary(
        of state: ClusterState, _ outcome: PlanOutcome, _ took: Duration, showsAdding: Bool, work: String?
    ) -> [String] {
        let members = counted(state.members.count, "member")
        guard !outcome.done.isEmpty else {
            return ["cluster \(state.name) is up (\(members)), unchanged"]
        }
        return ["cluster \(state.name) is up (\(members), \(took.brief))"]
            + (state.members.count == 2
                ? [
                    "note: with two members, one holds the database and its loss stops the cluster; three members survive the loss of one"
                ] : [])
            + (work.map { ["  \($0)"] } ?? [])
            + [
                "  Next steps: \(state.engine.client) cluster list",
                // With a file they are added there.
                showsAdding
                    ? "              bcmcluster up -c \(state.name) -m \(state.members.count)    # add a member" : nil,
                "              bcmcluster destroy -c \(state.name)",
            ].compactMap { $0 }
    }
}
