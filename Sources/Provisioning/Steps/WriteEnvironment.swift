/// Writes a member's `.env` from its template, with a fresh secret; one that exists is never touched.
struct WriteEnvironment: Step {
    let title = "write .env"
    let name: MemberName
    let provider: ProviderName
    /// Values that are decided already: those of the cluster, for its first member.
    let decided: [Setting: String]

    var member: MemberName? { name }

    func isDone(_ context: PlanContext) async throws -> Bool {
        let path = context.folder.environment(name)
        switch try context.files.kind(of: path) {
        case nil: return false
        case .file, .link: return true
        case .folder, .other:
            throw Failure(.damaged, "\(path) is not a file", hint: "move it away")
        }
    }

    func run(_ context: PlanContext) async throws {
        let state = await context.store.state
        let template = try context.templates.environment(of: name)
        let secret = context.random.secret(length: 30)
        context.redactor.conceal(secret, as: "<secret>")
        var values: [String: Template.Value] = [
            "BCM_CLUSTER_ENDPOINT_NAME": .text(name.text), "BCM_LXD_SECRET": .text(secret),
            "BCM_LXD_CLUSTER_MASTER": .text(state.first.text),
        ]
        for setting in Setting.allCases {
            let found = try context.sources.found(
                setting, file: EnvironmentFile(), state: state.settings, template: template.defaults,
                named: template.name)
            let isGiven = found.map { [.flag, .environment].contains($0.source) } ?? false
            let value = isGiven ? found : context.sources.sizesInFile[name]?[setting] ?? found
            if let text = decided[setting] ?? value?.text { values[setting.variable] = .text(text) }
        }
        // The template's own is that of an engine that is a snap.
        if context.engine.defaultChannel == nil { values[Setting.channel.variable] = .text("") }
        values[Setting.provider.variable] = .text(provider.rawValue)
        let text = try template.rendered(values)
        ClusterSecrets.conceal(environment: text, in: context.redactor)
        try context.files.makeFolder(context.folder.endpoint(name), mode: ClusterFolder.folderMode)
        try context.files.write(text, to: context.folder.environment(name), mode: ClusterFolder.fileMode)
    }
}
