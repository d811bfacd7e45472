import Provisioning

/// The commands about the life of a unit's instances: `bcmcluster unit …`.
struct UnitCommands {
    let invocation: Invocation
    let world: World

    func run() async throws -> Int32 {
        switch invocation.verb {
        case .unitStop: try await turn(.stop)
        case .unitStart: try await turn(.start)
        case .unitPause: try await turn(.pause)
        case .unitResume: try await turn(.resume)
        case .unitRestart: try await turn(.restart)
        case .unitConsole: try await console()
        case .unitExec: try await UnitExecCommand(invocation: invocation, world: world).run()
        default: try await logs()
        }
    }

    private func turn(_ change: SwitchInstance.Change) async throws -> Int32 {
        let reference = try UnitReference(invocation.operands[0])
        let isForced = invocation.values[.force] != nil
        return try await ClusterChange(
            invocation: invocation, world: world, command: "unit \(change.rawValue)", rowOutcome: "done",
            plan: { record, context in
                let (witness, members) = try await context.witness()
                let workloads = try await Workloads.look(context.client(in: witness), members)
                var plan = Plan()
                for instance in try reference.instances(in: workloads) {
                    let place = try instance.place(in: record)
                    plan.add(SwitchInstance(instance.name, on: place, change, isForced: isForced))
                }
                return plan
            }
        ).run { isChanged, took in
            isChanged
                ? "\(invocation.operands[0]): \(change.rawValue) done, in \(took.brief)"
                : "\(invocation.operands[0]): nothing was changed"
        }
    }

    private func console() async throws -> Int32 {
        let reference = try UnitReference(invocation.operands[0])
        let sight = try await world.sight(of: invocation.cluster(world.environment))
        let instance = try reference.instance(in: sight.workloads)
        let place = try instance.place(in: sight.record)
        var command = sight.context.client(in: place).console(of: instance.name)
        command.limit = LoginShell.limit
        world.terminal.say("the console of \(instance.name): Ctrl-A, then Q, leaves it")
        return try await world.untilSignal(but: LoginShell.interrupt) { [command] in
            try await sight.context.provider.runner(in: place).run(command).shellStatus
        }
    }

    private func logs() async throws -> Int32 {
        let reference = try UnitReference(invocation.operands[0])
        let lines = try invocation.lines() ?? LogsCommand.defaultLines
        let sight = try await world.sight(of: invocation.cluster(world.environment))
        let instances = try reference.instances(in: sight.workloads)
        var status: Int32 = 0
        for instance in instances {
            do {
                let place = try instance.place(in: sight.record)
                let text = try await sight.context.client(in: place).consoleLog(of: instance.name)
                    .replacing("\r", with: "").split(separator: "\n").suffix(lines).map { "\($0)\n" }.joined()
                world.terminal.result(
                    instances.count == 1 ? text : ExecOutcome.prefixed(text, by: instance.name))
            } catch let failure as Failure {
                world.terminal.say(failure)
                status = max(status, failure.exitStatus)
            }
        }
        return status
    }
}

extension ClusterInstance {
    /// The member that it is on, as the record has it; throws where the record does not have it.
    func place(in record: ClusterRecord) throws -> MemberName {
        guard let place = MemberName(location, of: record.name), record.member(place) != nil else {
            throw Failure(
                .conflict, "\(name) is on \(location), a member that bcmcluster did not make",
                remedy: "bcmcluster status -c \(record.name) says what is the matter")
        }
        return place
    }
}
