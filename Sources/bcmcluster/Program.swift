import Provisioning
import Synchronization

#if canImport(Darwin)
    import Darwin
#elseif canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#endif

/// From the words of a command line to an exit status.
enum Program {
    static func run(_ arguments: [String], interruption: Interruption, time: any TimeSource) async -> Int32 {
        var terminal = Terminal(isJSON: false, environment: SystemCalls.environment)
        var redactor = Redactor()
        do {
            let invocation = try Invocation(arguments)
            if invocation.verb == .help { return try help(invocation, terminal) }
            let world = try World(invocation, interruption: interruption, time: time)
            terminal = world.terminal
            redactor = world.redactor
            // Whatever the command is doing, a signal ends it. It begins when that is arranged: what it arranges itself, for
            // a shell for one, comes on top.
            let running = Mutex<Task<Int32, any Error>?>(nil)
            let outcome = await interruption.whileHandling(by: { running.withLock { $0 }?.cancel() }) {
                let command = Task { try await run(invocation, world) }
                running.withLock { $0 = command }
                if interruption.signal != nil { command.cancel() }
                return await command.result
            }
            await world.connections.close()
            return try outcome.get()
        } catch {
            let failure = redactor.redact(Failure(error))
            terminal.say(failure)
            let signal = failure.code == .interrupted ? interruption.signal : nil
            let status = signal.map { 128 + $0 } ?? failure.exitStatus
            // Also where the line could not be understood.
            if arguments.prefix(while: { $0 != "--" }).contains(Flag.json.long),
                let text = try? JSONText.text(ErrorJSON(failure, exitStatus: status), isCompact: true)
            {
                terminal.result(text)
            }
            return status
        }
    }

    /// Runs the command; where a cluster's state is damaged, says how `destroy` can have its machines.
    private static func run(_ invocation: Invocation, _ world: World) async throws -> Int32 {
        do {
            return try await Engine.$current.withValue(engine(of: invocation, world)) {
                try await command(invocation, world)
            }
        } catch let failure as Failure where failure.code == .damaged {
            throw try await Namesakes(world: world, cluster: invocation.cluster(world.environment)).explained(failure)
        }
    }

    /// The engine of the cluster that the command is about.
    private static func engine(of invocation: Invocation, _ world: World) -> Engine {
        guard let name = try? invocation.cluster(world.environment),
            let state = try? StateStore.read(world.folder(name), world.files)
        else { return .standard }
        return state.engine
    }

    private static func command(_ invocation: Invocation, _ world: World) async throws -> Int32 {
        switch invocation.verb {
        case .up: try await UpCommand(invocation: invocation, world: world).run()
        case .destroy: try await DestroyCommand(invocation: invocation, world: world).run()
        case .envStub: try await EnvStubCommand(invocation: invocation, world: world).run()
        case .list: try await ListCommand(invocation: invocation, world: world).run()
        case .status: try await StatusCommand(invocation: invocation, world: world).run()
        case .stop: try await StopCommand(invocation: invocation, world: world).run()
        case .start: try await StartCommand(invocation: invocation, world: world).run()
        case .repair: try await RepairCommand(invocation: invocation, world: world).run()
        case .memberAdd: try await MemberAddCommand(invocation: invocation, world: world).run()
        case .memberRemove: try await MemberRemoveCommand(invocation: invocation, world: world).run()
        case .snapshotCreate: try await SnapshotCreateCommand(invocation: invocation, world: world).run()
        case .snapshotList: try await SnapshotListCommand(invocation: invocation, world: world).run()
        case .snapshotRestore: try await SnapshotRestoreCommand(invocation: invocation, world: world).run()
        case .snapshotDelete: try await SnapshotDeleteCommand(invocation: invocation, world: world).run()
        case .hostAdd: try await HostAddCommand(invocation: invocation, world: world).run()
        case .hostList: try await HostListCommand(invocation: invocation, world: world).run()
        case .hostRemove: try await HostRemoveCommand(invocation: invocation, world: world).run()
        case .vmList, .vmInfo, .vmLaunch, .vmStart, .vmStop, .vmRestart, .vmDelete, .vmShell, .vmExec, .vmTransfer:
            try await VMCommands(invocation: invocation, world: world).run()
        case .ps: try await PsCommand(invocation: invocation, world: world).run()
        case .rm: try await RmCommand(invocation: invocation, world: world).run()
        case .volumeList: try await VolumeListCommand(invocation: invocation, world: world).run()
        case .api: try await APICommand(invocation: invocation, world: world).run()
        case .unitStop, .unitStart, .unitPause, .unitResume, .unitRestart, .unitLogs, .unitConsole, .unitExec:
            try await UnitCommands(invocation: invocation, world: world).run()
        case .run: try await RunCommand(invocation: invocation, world: world).run()
        case .exec: try await ExecCommand(invocation: invocation, world: world).run()
        case .shell: try await ShellCommand(invocation: invocation, world: world).run()
        case .envShow: try await EnvShowCommand(invocation: invocation, world: world).run()
        case .logs: try await LogsCommand(invocation: invocation, world: world).run()
        case .doctor: try await DoctorCommand(invocation: invocation, world: world).run()
        case .imagePreload: try await ImagePreloadCommand(invocation: invocation, world: world).run()
        case .completion: CompletionCommand(invocation: invocation, world: world).script()
        case .complete: CompletionCommand(invocation: invocation, world: world).answer()
        case .manual: try ManualCommand(invocation: invocation, world: world).run()
        case .help: 0
        }
    }

    private static func help(_ invocation: Invocation, _ terminal: Terminal) throws -> Int32 {
        if invocation.values[.version] != nil {
            terminal.result("bcmcluster \(Help.version)\n")
        } else {
            terminal.result(try Help.text(for: invocation.operands))
        }
        return 0
    }
}

/// Ends the process without waiting for threads that watch signals.
func exitProcess(_ status: Int32) -> Never { exit(status) }
