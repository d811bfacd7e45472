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
            let session = try Session(invocation, interruption: interruption, time: time)
            terminal = session.terminal
            redactor = session.app.redactor
            // The one root task: whatever the command is doing, a signal cancels it.
            let running = Mutex<Task<Int32, any Error>?>(nil)
            let outcome = await interruption.whileHandling(by: { running.withLock { $0 }?.cancel() }) {
                let command = Task { try await run(session) }
                running.withLock { $0 = command }
                if interruption.signal != nil { command.cancel() }
                return await command.result
            }
            await session.app.close()
            return try outcome.get()
        } catch {
            let failure = redactor.redact(Failure(error))
            terminal.say(failure)
            let signal = failure.code == .interrupted ? interruption.signal : nil
            let status = signal.map { 128 + $0 } ?? failure.exitStatus
            // Also where the line could not be understood.
            if arguments.prefix(while: { $0 != "--" }).contains(Flag.json.long),
                let text = try? JSONText.text(
                    ErrorJSON(failure, exitStatus: status, now: time.secondsSince1970), isCompact: true)
            {
                terminal.result(text)
            }
            return status
        }
    }

    /// The exit status of a run that ended with `status`: 1 where its result, good or bad news, could not be written.
    static func status(_ status: Int32) -> Int32 {
        guard [0, 4, 6].contains(status), let failure = SystemCalls.resultFailure() else { return status }
        Terminal(isJSON: false, environment: SystemCalls.environment).say(failure)
        return failure.exitStatus
    }

    /// Runs the command; where a cluster's state is lost or damaged, says which machines it has and what helps.
    private static func run(_ session: Session) async throws -> Int32 {
        do {
            return try await session.app.withEngine(of: try? session.cluster) { try await command(session) }
        } catch let failure as Failure where [.damagedState, .unknownCluster, .badInput].contains(failure.code) {
            var explained = failure
            var isUnknown = failure.code == .unknownCluster
            do { explained = await session.app.explained(failure, of: try session.cluster) } catch {
                isUnknown = Failure(error) == failure && session.invocation.values[.cluster] == nil
            }
            if isUnknown, explained == failure, let hint = session.app.hintForSudo { explained.hint = hint }
            throw explained
        }
    }

    private static func command(_ session: Session) async throws -> Int32 {
        switch session.invocation.verb {
        case .completion: return CompletionCommand(session: session).script()
        case .complete: return CompletionCommand(session: session).answer()
        case .manual: return try ManualCommand(invocation: session.invocation).run()
        case .manPages: return try ManualCommand(invocation: session.invocation).writeManPages()
        default: break
        }
        if let operation = try await session.change() { return try await session.perform(operation) }
        if let status = try await session.config() { return status }
        if let status = try await session.look() { return status }
        if let status = try await session.exec() { return status }
        throw Failure(.badInput, "unknown command \(session.invocation.verb)")
    }

    private static func help(_ invocation: Invocation, _ terminal: Terminal) throws -> Int32 {
        if invocation.values[.version] != nil {
            terminal.result("bcmcluster \(Tool.version)\n")
        } else {
            terminal.result(try Help.text(for: invocation.operands))
        }
        return 0
    }
}

/// Ends the process without waiting for threads that watch signals.
func exitProcess(_ status: Int32) -> Never { exit(status) }
