import Provisioning

/// Dry runs of `up` and `destroy` for a state, on whatever the tools answer.
struct PlanTrial {
    let state: ClusterState
    let folder: ClusterFolder
    let files: FewFiles
    let answers: Answering

    /// What one of the plans would do that it must not; `nil` where all keep to the cluster's own places.
    func complaint() async throws -> String? {
        for isUp in [true, false] {
            let recorder = Recorder()
            do {
                let context = try await context(recorder, isUp)
                let wanted = await context.store.state
                let plan = isUp ? UpPlan.plan(for: wanted, decided: [:]) : DestroyPlan.plan(for: wanted)
                for action in try await PlanReview(plan, context, recorder).items.flatMap(\.actions) {
                    if let complaint = Oracle.complaint(about: action, in: folder) { return complaint }
                }
            } catch is Failure {
                for action in recorder.takeActions() {
                    if let complaint = Oracle.complaint(about: action, in: folder) { return complaint }
                }
            }
        }
        return nil
    }

    private func context(_ recorder: Recorder, _ isUp: Bool) async throws -> PlanContext {
        let runner = RecordingRunner(answers, recorder)
        let recording = RecordingFiles(files, recorder)
        let templates = TemplateLibrary(runtime: folder.runtime, files: files)
        let time = HurriedTime()
        var making = ProviderContext(
            runner: runner, root: runner, engine: .lxd, templates: templates, files: recording, time: time)
        making.isInspection = true
        let provider = try ProviderRegistry.standard.provider(state.settings.provider, making)
        let sources = SettingSources(flags: [:], environment: { ["HOME": "/home/p", "LXD_CONF": "/conf"][$0] })
        var wanted = state
        if isUp {
            let request = UpRequest(name: state.name, further: nil, sources: sources)
            let members = try request.members(existing: state)
            wanted = try await provider.assign(state.including(members), newMembers: members)
        }
        return PlanContext(
            store: StateStore(wanted, folder: folder, files: recording), folder: folder, files: recording,
            runner: runner,
            provider: provider, engine: .lxd, templates: templates, sources: sources, time: time,
            random: PlaceholderRandom(), redactor: Redactor(), limits: Limits())
    }
}
