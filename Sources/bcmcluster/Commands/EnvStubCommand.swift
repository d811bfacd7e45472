import Provisioning

/// Writes `.env` files alone: `bcmcluster env stub`.
struct EnvStubCommand {
    let invocation: Invocation
    let world: World

    func run() async throws -> Int32 {
        let name = try invocation.cluster(world.environment)
        let request = UpRequest(
            name: name, further: try invocation.further(),
            sources: SettingSources(flags: try invocation.settings(), environment: world.environment))
        try world.templates.check([.masterEnvironment, .memberEnvironment])
        let folder = world.folder(name)
        let execution = try execution(request, folder)
        if let recorder = world.recorder {
            let headline = "Plan of bcmcluster env stub -c \(name)."
            try await execution.review(recorder, headline: headline, command: "env stub")
            return 0
        }
        let lock = try ClusterLock(folder, command: "env stub -c \(name)", files: world.files, time: world.time)
        return try await lock.whileHeld {
            let log = try world.openLog(folder, command: "env-stub")
            let start = world.time.elapsed
            let outcome = try await execution.run(log)
            let status = try await execution.report(
                "env stub", outcome, log: log, took: world.time.elapsed - start,
                goOn: "re-run bcmcluster env stub -c \(name) to resume")
            if status == 0 { sayWhatIsThere(execution, outcome, folder) }
            return status
        }
    }

    private func execution(_ request: UpRequest, _ folder: ClusterFolder) throws -> PlanExecution {
        let existing = try StateStore.read(folder, world.files)
        let (settings, choice) = try request.settings(
            existing: existing, folder: folder, files: world.files, templates: world.templates,
            automatic: world.automaticProvider)
        let members = try request.members(existing: existing)
        let state = (existing ?? ClusterState(name: request.name, identifier: "", created: 0, settings: settings))
            .including(members)
        let context = world.context(
            state, provider: try world.provider(choice.name), sources: request.sources, limits: Limits())
        return PlanExecution(
            plan: StubPlan.plan(for: members, provider: choice.name, decided: settings.decided), context: context,
            world: world,
            invocation: invocation, cluster: request.name, rowOutcome: "written")
    }

    private func sayWhatIsThere(_ execution: PlanExecution, _ outcome: PlanOutcome, _ folder: ClusterFolder) {
        for (index, entry) in execution.plan.entries.enumerated() {
            guard let member = entry.step.member else { continue }
            let verb = outcome.skipped.contains(index) ? "kept" : "wrote"
            world.terminal.say("\(verb) \(folder.environment(member))")
        }
        world.terminal.say("Next steps: edit them, then bcmcluster up -c \(folder.cluster)\(upCount(execution))")
    }

    private func upCount(_ execution: PlanExecution) -> String {
        let further = execution.plan.entries.count - 1
        return further > 0 ? " -m \(further)" : ""
    }
}
