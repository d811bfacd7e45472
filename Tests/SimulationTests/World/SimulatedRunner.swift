import Provisioning

/// Commands of one process against the simulated world, with what goes wrong in that process.
struct SimulatedRunner: CommandRunner {
    let world: World
    let process: SimulatedProcess

    func run(_ command: Command) async throws -> CommandResult {
        // One that continues in a cancelled task cannot sleep there: it ends at once.
        if command.outlivesCancellation && Task.isCancelled && !process.isDead {
            return world.begin(command).finish()
        }
        try process.checkAlive()
        let fault = process.fault(forCommand: ())
        let number = process.commands
        let words = command.pasteable
        if command.limit > .seconds(86_400) { world.violated("a command without a limit: \(words)") }
        world.note("[\(number)] \(process.redactor.redact(words))\(fault.map { "  << \($0.rawValue)" } ?? "")")
        do {
            let result = try await run(command, fault)
            if !result.succeeded {
                world.note("[\(number)] = \(result.ending) \(process.redactor.redact(result.tail))")
            }
            log(command, result)
            return result
        } catch {
            if !(error is ProcessGone) { world.note("[\(number)] = \(error)") }
            throw error
        }
    }

    private func run(_ command: Command, _ fault: Fault.Kind?) async throws -> CommandResult {
        switch fault {
        case .killBefore: throw process.die()
        case .interrupt:
            process.stop()
            throw CancellationError()
        case .failBefore: return try await refused(.failed(1, "Error: something went wrong"))
        case .reset: return try await refused(.failed(2, "exec failed: Connection reset by peer"))
        case .hang:
            try await world.clock.sleep(command.limit)
            return try timeOut(command, CommandResult())
        default: return try await perform(command, fault)
        }
    }

    private func refused(_ result: CommandResult) async throws -> CommandResult {
        try await world.clock.sleep(.milliseconds(200))
        try process.checkAlive()
        return result
    }

    private func timeOut(_ command: Command, _ printed: CommandResult) throws -> CommandResult {
        try process.checkAlive()
        throw Failure(
            .timedOut, "\(command.program) took longer than its limit of \(command.limit.brief)",
            command: command.pasteable, output: printed.tail(of: command))
    }

    /// What the command sets going ends whether or not anybody still waits for it.
    private func perform(_ command: Command, _ fault: Fault.Kind?) async throws -> CommandResult {
        let operation = world.begin(command)
        let answer = Answer()
        let takes = operation.takes * (fault == .slow ? 30 : 1)
        let breaks = fault == .breakDown ? operation.breakDown : nil
        world.clock.schedule(after: takes) { answer.result = (breaks ?? operation.finish)() }
        if fault == .killDuring { throw process.die() }
        try await world.clock.sleep(min(takes, command.limit))
        try process.checkAlive()
        guard let result = answer.result else { return try timeOut(command, CommandResult()) }
        if fault == .hangAfter { try await world.clock.sleep(max(.zero, command.limit - takes)) }
        return try spoiled(result, command, fault)
    }

    private func spoiled(_ result: CommandResult, _ command: Command, _ fault: Fault.Kind?) throws -> CommandResult {
        var result = result
        switch fault {
        case .killAfter: throw process.die()
        case .hangAfter: return try timeOut(command, result)
        case .failAfter: result.ending = .exited(1)
        case .garbage: result.output = "\u{7}}{ nonsense\n<html>"
        case .half: result.output = String(result.output.prefix(result.output.count / 2))
        case .silence: result.output = ""
        default: break
        }
        return result
    }

    /// What the log would hold; secrets must not be in it.
    private func log(_ command: Command, _ result: CommandResult) {
        let line = command.pasteable + " " + (result.succeeded ? "" : result.tail(of: command))
        guard world.holdsSecret(line) else { return }
        world.searchForSecrets(process.redactor.redact(line), in: "the log")
    }
}

private final class Answer: @unchecked Sendable {
    var result: CommandResult?
}

extension World {
    /// What a command of the user's machine sets going.
    func begin(_ command: Command) -> Operation {
        switch (command.program, command.arguments.first) {
        case ("multipass", _): return multipass(command.arguments, input: command.input)
        case (release.engine.client, "remote"): return remote(Array(command.arguments.dropFirst()))
        default:
            violated("a command that nobody knows: \(command.pasteable)")
            return .refused(127, "not found")
        }
    }

    /// No secret may stand in what the user or a log gets to see.
    func searchForSecrets(_ text: String, in place: String) {
        if holdsSecret(text) { violated("a secret stands in \(place): \(text)") }
    }

    /// Secrets are long words of capitals and digits: looked up, for there are many texts.
    func holdsSecret(_ text: String) -> Bool {
        text.utf8.split { !(48...57 ~= $0 || 65...90 ~= $0) }.contains { word in
            word.count >= 24 && secrets.contains(String(Substring(word)))
        }
    }
}
