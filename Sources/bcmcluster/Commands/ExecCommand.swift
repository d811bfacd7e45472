import Provisioning

/// Runs a command on one, several or all members: `bcmcluster exec`.
struct ExecCommand {
    let invocation: Invocation
    let world: World

    func run() async throws -> Int32 {
        let name = try invocation.cluster(world.environment)
        let limits = try invocation.limits()
        let state = try world.standing(name)
        let named = try invocation.members(of: state)
        let members = named.isEmpty ? state.members.map(\.name).sorted() : named
        var own = Command(
            invocation.passedOn[0], Array(invocation.passedOn.dropFirst()), limit: limits.machine, effect: .changes
        ).with(.all)
        own.isUsers = true
        let command = own
        let provider = try await world.provider(of: state)
        if let recorder = world.recorder {
            try await review(command, members, state, provider, recorder)
            return 0
        }
        guard members.count > 1 || invocation.isJSON else {
            return try await world.untilSignal {
                try await world.passThrough(command, provider.userRunner(in: members[0]))
            }
        }
        let outcomes = try await world.untilSignal {
            // What each printed is shown as soon as it has ended.
            try await Everywhere.outcomes(
                in: members, telling: { if !invocation.isJSON { $0.show(on: world.terminal) } }
            ) { member in
                try await ExecOutcome.of(member.text) { try await provider.runner(in: member).run(command) }
            }
        }
        if invocation.isJSON {
            world.terminal.result(try JSONText.text(ExecResult(cluster: name.text, members: outcomes)))
        }
        return outcomes.map(\.status).max() ?? 0
    }

    private func review(
        _ command: Command, _ members: [MemberName], _ state: ClusterState, _ provider: any MachineProvider,
        _ recorder: Recorder
    ) async throws {
        var plan = Plan()
        for member in members { plan.add(RunInMember(member: member, command: command)) }
        let context = world.context(
            state, provider: provider, sources: SettingSources(flags: [:], environment: world.environment),
            limits: try invocation.limits())
        let execution = PlanExecution(
            plan: plan, context: context, world: world, invocation: invocation, cluster: state.name)
        try await execution.review(
            recorder, headline: "Plan of bcmcluster exec -c \(state.name).", command: "exec")
    }

    /// A user's command as a step, for the dry run.
    private struct RunInMember: Step {
        let title = "run the command"
        let member: MemberName?
        let command: Command

        func isDone(_ context: PlanContext) async throws -> Bool { false }
        func run(_ context: PlanContext) async throws {
            guard let member else { return }
            _ = try await context.provider.runner(in: member).run(command)
        }
    }
}
