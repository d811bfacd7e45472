import Provisioning
import Synchronization

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
        let isPartial = Mutex(false)
        return try await ClusterChange(
            invocation: invocation, world: world, command: "unit \(change.rawValue)", rowOutcome: "done",
            plan: { record, context in
                let (witness, members) = try await context.witness()
                let workloads = try await Workloads.look(context.client(in: witness), members)
                var plan = Plan()
                let instances = try reference.instances(in: workloads)
                let inReach = instances.filter { workloads.isInReach($0) }
                isPartial.withLock { $0 = inReach.count < instances.count }
                for instance in instances where inReach.isEmpty || !workloads.isInReach(instance) {
                    // One that is alone is a failure; of several, the others go on.
                    do { _ = try instance.place(in: record, workloads) } catch let failure as Failure
                        where !inReach.isEmpty
                    {
                        context.remarks.add(failure.message)
                    }
                }
                for instance in inReach {
                    let place = try instance.place(in: record, workloads)
                    plan.add(SwitchInstance(instance.name, on: place, change, isForced: isForced))
                }
                return plan
            }, goodStatus: { isPartial.withLock { $0 } ? 4 : 0 }
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
        let place = try instance.place(in: sight.record, sight.workloads)
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
                let place = try instance.place(in: sight.record, sight.workloads)
                let log = try await sight.context.client(in: place).consoleLog(of: instance.name)
                let text = Self.lines(of: log).suffix(lines).map { "\($0)\n" }.joined()
                world.terminal.result(
                    instances.count == 1 ? text : ExecOutcome.prefixed(text, by: instance.name))
            } catch let failure as Failure {
                world.terminal.say(failure)
                status = max(status, failure.exitStatus)
            }
        }
        return status
    }

    /// The lines of a console, without those that are empty and without LXD's heading; a console ends them by two characters,
    /// which Swift takes for one.
    private static func lines(of log: String) -> [String] {
        let lines = log.utf8.split(whereSeparator: { [10, 13].contains($0) }).map {
            String(decoding: $0, as: UTF8.self)
        }
        return lines.first == "Console log:" ? Array(lines.dropFirst()) : lines
    }
}

extension ClusterInstance {
    /// The member that it is on, as the record has it; throws where it does not answer, or the record does not have it.
    func place(in record: ClusterRecord, _ workloads: Workloads) throws -> MemberName {
        guard workloads.isInReach(self) else {
            throw Failure(
                .unreachable, "\(name) is out of reach: \(location) does not answer",
                remedy: "bcmcluster repair -c \(record.name)")
        }
        guard let place = MemberName(location, of: record.name), record.member(place) != nil else {
            throw Failure(
                .conflict, "\(name) is on \(location), a member that bcmcluster did not make",
                remedy: "bcmcluster status -c \(record.name) says what is the matter")
        }
        return place
    }
}
