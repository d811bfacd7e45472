/// Runs commands on a host, over the one connection that all of them share.
///
/// Arguments arrive exactly as they are, input is streamed, the status is the command's own; what runs there is ended with
/// its limit or the run. A connection that is lost is a `Failure.unreachable`: it is unknown whether the command ran, and it
/// is never run again blindly.
package struct SSHRunner: CommandRunner {
    /// How long what was asked to end has until it is killed.
    private static let grace: Duration = .seconds(2)
    /// How long a host may take to let us in.
    static let timeout: Duration = .seconds(10)

    private let connection: SSHConnection
    private let base: any CommandRunner
    private let random: any RandomSource

    /// A runner for the host of that connection; `base` runs `ssh` on this machine.
    package init(_ connection: SSHConnection, by base: any CommandRunner, random: any RandomSource) {
        self.connection = connection
        self.base = base
        self.random = random
    }

    package func run(_ command: Command) async throws -> CommandResult {
        try await connection.open(limit: min(command.limit, Self.timeout))
        let mark = "bcmcluster-\(random.identifier(length: 16))"
        // A ProxyCommand of the user's may read the proxies.
        var carried = Command("ssh", []).with(.all)
        carried.arguments =
            connection.arguments(Self.timeout, command.output == .terminal ? .terminal : .silent)
            + [RemoteScript(command: command, mark: mark).text]
        (carried.input, carried.inputFile, carried.outputFile) = (command.input, command.inputFile, command.outputFile)
        (carried.limit, carried.effect, carried.output) = (command.limit, command.effect, command.output)
        carried.outlivesCancellation = command.outlivesCancellation
        carried.lines = command.lines
        carried.isPiped = command.isPiped
        (carried.inputRange, carried.appendsOutput) = (command.inputRange, command.appendsOutput)
        carried.shownInput = command.shownInput
        carried.inputBound = command.inputBound
        carried.outputMark = command.hasMarkedOutput ? mark : nil
        let transport = carried
        do {
            let result = try await connection.inTurn { try await base.run(transport) }
            return try await understood(result, command)
        } catch let failure as Failure where failure.code == .timedOut {
            await end(mark, command)
            throw Failure(
                .timedOut,
                "\(command.program) on \(connection.host.name) took longer than its limit of \(command.limit.brief)",
                command: command.pasteable, output: failure.output)
        } catch is CancellationError {
            await end(mark, command)
            throw CancellationError()
        }
    }

    /// Tells OpenSSH's own status from the same of the command, and a command that is not there from one that failed.
    private func understood(_ result: CommandResult, _ command: Command) async throws -> CommandResult {
        switch result.ending {
        case .exited(255) where !command.keepsErrors:
            guard await connection.isThere() else { throw await lost(result) }
            return result
        case .exited(255):
            guard let place = result.errors.firstRange(of: RemoteScript.mark255 + "\n") else {
                throw await lost(result)
            }
            var own = result
            own.errors.removeSubrange(place)
            return own
        case .exited(127) where result.errors.contains(RemoteScript.markMissing):
            throw Failure(
                .missing, "\(command.program): command not found on \(connection.host.name)",
                hint: "install it there, or check the PATH of \(connection.host.destination)")
        default: return result
        }
    }

    /// The failure of a connection that is gone; the next command opens another.
    private func lost(_ result: CommandResult) async -> Failure {
        await connection.drop()
        return connection.unreachable(result.errors)
    }

    /// Ends what the command has left on the host: closing the connection's channel does not.
    ///
    /// Nobody waits for the end of one that only looks: its host may hang.
    private func end(_ mark: String, _ command: Command) async {
        if command.effect == .changes { return await end(mark) }
        Task.detached { await end(mark) }
    }

    private func end(_ mark: String) async {
        for signal in ["TERM", "KILL"] {
            var command = Command("ssh", connection.arguments(Self.timeout) + [RemoteScript.ending(mark, by: signal)])
            command.limit = .seconds(5)
            command.proxies = .all
            command.outlivesCancellation = true
            let result = try? await base.run(command)
            if result == nil || signal == "KILL" { return }
            try? await Task.detached { try await Task.sleep(for: Self.grace) }.value
        }
    }
}
