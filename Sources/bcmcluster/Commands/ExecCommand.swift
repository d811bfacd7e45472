import Provisioning

/// Runs a command on one, several or all members: `bcmcluster exec`.
struct ExecCommand {
    let invocation: Invocation
    let world: World

    /// How many members work at a time.
    private static let atOnce = 64

    func run() async throws -> Int32 {
        let name = try invocation.cluster(world.environment)
        let limits = try invocation.limits()
        let record = try world.standing(name)
        let named = try invocation.members(of: record)
        let members = named.isEmpty ? record.members.map(\.name).sorted() : named
        let command = Command(
            invocation.passedOn[0], Array(invocation.passedOn.dropFirst()), limit: limits.machine, effect: .changes)
        let provider = try await world.provider(of: record)
        if let recorder = world.recorder {
            try await review(command, members, record, provider, recorder)
            return 0
        }
        guard members.count > 1 || invocation.isJSON else {
            return try await world.untilSignal { try await passThrough(command, provider.runner(in: members[0])) }
        }
        let outcomes = try await world.untilSignal { try await everywhere(command, members, provider) }
        if invocation.isJSON {
            world.terminal.result(try JSONText.text(ExecResult(cluster: name.text, members: outcomes)))
        }
        return outcomes.map(\.status).max() ?? 0
    }

    /// Gives the command our own terminal or pipes, and no cap on what it prints.
    private func passThrough(_ command: Command, _ runner: any CommandRunner) async throws -> Int32 {
        var direct = command
        direct.output = world.terminal.isInteractive ? .terminal : .passed
        return try await runner.run(direct).shellStatus
    }

    /// Runs it on all of them at once, and shows what each printed as soon as it has ended.
    private func everywhere(
        _ command: Command, _ members: [MemberName], _ provider: any MachineProvider
    ) async throws -> [ExecOutcome] {
        try await withThrowingTaskGroup(of: (MemberName, ExecOutcome).self) { group in
            var waiting = members[...]
            func begin() {
                guard let member = waiting.popFirst() else { return }
                group.addTask { (member, try await Self.outcome(command, member, provider.runner(in: member))) }
            }
            for _ in 0..<Self.atOnce { begin() }
            var outcomes: [MemberName: ExecOutcome] = [:]
            while let (member, outcome) = try await group.next() {
                outcomes[member] = outcome
                if !invocation.isJSON { outcome.show(on: world.terminal) }
                begin()
            }
            return members.compactMap { outcomes[$0] }
        }
    }

    private static func outcome(
        _ command: Command, _ member: MemberName, _ runner: any CommandRunner
    ) async throws -> ExecOutcome {
        do {
            return ExecOutcome(member.text, try await runner.run(command))
        } catch let failure as Failure {
            return ExecOutcome(member.text, failure)
        }
    }

    private func review(
        _ command: Command, _ members: [MemberName], _ record: ClusterRecord, _ provider: any MachineProvider,
        _ recorder: Recorder
    ) async throws {
        var plan = Plan()
        for member in members { plan.add(RunInMember(member: member, command: command)) }
        let context = world.context(
            record, provider: provider, sources: SettingSources(flags: [:], environment: world.environment),
            limits: try invocation.limits())
        let execution = PlanExecution(
            plan: plan, context: context, world: world, invocation: invocation, cluster: record.name)
        try await execution.review(
            recorder, headline: "Plan of bcmcluster exec -c \(record.name).", command: "exec")
    }

    /// A person's command as a step, for the dry run.
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
