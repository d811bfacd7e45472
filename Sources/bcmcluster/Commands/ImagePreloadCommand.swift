import Provisioning

/// Puts an image onto every member: `bcmcluster image preload`.
struct ImagePreloadCommand {
    let invocation: Invocation
    let world: World

    func run() async throws -> Int32 {
        let name = try invocation.cluster(world.environment)
        _ = try (invocation.limits(), invocation.parallel())
        let source = try source(invocation.operands[0])
        let state = try world.standing(name)
        let provider = try await world.provider(of: state)
        guard let remote = state.remote?.name else {
            throw Failure(
                .conflict, "lxc has no remote for \(name)", hint: "bcmcluster up -c \(name) adds it")
        }
        let images = LXCImages(world.runner, engine: .lxd, remote: remote)
        let fingerprint = try await world.untilSignal { try await images.fingerprint(of: source) }
        let plan = PreloadPlan.plan(source, fingerprint, remote: remote, of: state)
        if let recorder = world.recorder {
            try await execution(plan, state, provider, world).review(
                recorder, headline: "Plan of bcmcluster image preload -c \(name).", command: "image preload")
            return 0
        }
        let log = try world.openLog(world.folder(name), command: "image-preload")
        let logging = world.logging(to: log)
        let execution = try execution(plan, state, logging.provider(for: state), logging)
        let start = world.time.elapsed
        let outcome = try await execution.run(log)
        let took = world.time.elapsed - start
        let status = try await execution.report(
            "image preload", outcome, log: log, took: took, goOn: "re-run the same command to resume")
        if status == 0 {
            let alias = source.alias.map { "\($0), " } ?? ""
            world.terminal.say(
                "image \(alias)\(fingerprint.prefix(12)) is on every member of \(name) (\(took.brief))")
        }
        return status
    }

    /// A file where one stands there, else an image of a remote.
    private func source(_ text: String) throws -> ImageSource {
        switch try world.files.kind(of: text) {
        case .file, .link: return .file(text)
        case .folder, .other: throw Failure(.badInput, "\(Shell.quoted(text)) is not a file")
        case nil:
            let parts = text.split(separator: ":", maxSplits: 1, omittingEmptySubsequences: false)
            guard parts.count == 2, !parts[0].isEmpty, !parts[0].contains("/"), !parts[1].isEmpty else {
                throw Failure(
                    .badInput, "file \(Shell.quoted(text)) not found",
                    hint: "name a file, or an image of a remote such as ubuntu:24.04")
            }
            return .remote(text)
        }
    }

    private func execution(
        _ plan: Plan, _ state: ClusterState, _ provider: any MachineProvider, _ world: World
    ) throws -> PlanExecution {
        let context = world.context(
            state, provider: provider, sources: SettingSources(flags: [:], environment: world.environment),
            limits: try invocation.limits())
        return PlanExecution(
            plan: plan, context: context, world: world, invocation: invocation, cluster: state.name,
            rowOutcome: "copied")
    }
}
