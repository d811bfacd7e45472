/// Writes `.env` files alone: `bcmcluster env stub`.
package struct StubEnvironments: Operation {
    private let cluster: ClusterName
    private let further: Int?
    private let settings: [Setting: String]
    private let options: OperationOptions
    /// The file in the place of settings.
    private var file: ClusterFile?

    /// The members of a cluster file; throws `Failure.badInput` where neither it nor `name` names the cluster.
    package init(
        of file: ClusterFile, name: ClusterName? = nil, options: OperationOptions = OperationOptions()
    ) throws {
        guard let name = name ?? file.name else { throw Failure.unnamedCluster(in: file) }
        self.init(of: name, furtherMembers: file.members.map { $0 - 1 }, options: options)
        self.file = file
    }

    package init(
        of cluster: ClusterName, furtherMembers: Int? = nil, settings: [Setting: String] = [:],
        options: OperationOptions = OperationOptions()
    ) {
        self.cluster = cluster
        further = furtherMembers
        self.settings = settings
        self.options = options
    }

    package func run(in app: AppContext) async throws -> ChangeReport {
        let request = ChangeRequest(cluster: cluster, command: "env stub", options: options, creates: true)
        return try await app.change(request) { app in .change(try change(app)) }
    }

    private func change(_ app: AppContext) throws -> PlannedChange<PlanContext> {
        let wanted = UpRequest(
            name: cluster, further: further,
            sources: file.map { SettingSources(file: $0.settings, environment: app.environment) }
                ?? SettingSources(flags: settings, environment: app.environment))
        try app.templates.check([.masterEnvironment, .memberEnvironment])
        let folder = app.folder(cluster)
        let existing = try StateStore.read(folder, app.files)
        if existing == nil { try app.checkIsNew(cluster) }
        let up = try wanted.settings(
            existing: existing, folder: folder, files: app.files, templates: app.templates,
            automatic: app.automaticProvider, automaticEngine: app.automaticEngine)
        let members = try wanted.members(existing: existing)
        let state =
            (existing
            ?? ClusterState(
                name: cluster, identifier: "", created: 0, settings: up.settings, engine: up.engine.engine))
            .including(members)
        var sources = wanted.sources
        sources.sizesInFile = file?.sizes(of: state) ?? [:]
        let context = app.context(
            state, provider: try app.provider(up.provider.name), sources: sources, limits: options.limits)
        return PlannedChange(
            plan: StubPlan.plan(for: members, provider: up.provider.name, decided: state.decided), context: context,
            rowOutcome: "written",
            summary: { outcome, _ in
                let written = members.enumerated().map { index, member in
                    "\(outcome.skipped.contains(index) ? "kept" : "wrote") \(folder.environment(member))"
                }
                let count = members.count > 1 ? " -m \(members.count - 1)" : ""
                return written + ["Next steps: edit them, then bcmcluster up -c \(cluster)\(count)"]
            })
    }
}
