import Synchronization

/// One connection to a host for the whole run, which all commands there share.
///
/// OpenSSH keeps it (ControlMaster), in a folder that nobody else can enter; it ends with the run, or, where the run was
/// killed, a minute after the last command.
package actor SSHConnection {
    /// How many commands share a connection at a time: sshd refuses the eleventh unless it is told otherwise.
    private static let mostAtOnce = 8

    package nonisolated let host: Host
    private nonisolated let base: any CommandRunner
    private nonisolated let time: any TimeSource
    private nonisolated let socket: String
    private var opening: Task<Void, any Error>?
    /// The last vain try to open it, which is the answer to all who ask within the next moments.
    private var trouble: (failure: Failure, until: Duration)?
    private let turns = AsyncSemaphore(atOnce: SSHConnection.mostAtOnce)
    private let person: AsyncSemaphore?

    /// A connection whose socket stands in that folder, which is private and has a short path; OpenSSH's questions are
    /// put to the user, if there is one, whose turns all connections of the run share.
    package init(
        _ host: Host, by base: any CommandRunner, time: any TimeSource, folder: String, person: AsyncSemaphore? = nil
    ) {
        self.host = host
        self.person = person
        self.time = time
        self.base = base
        socket = "\(folder)/\(host.name)"
    }

    /// Opens the connection, once; throws `Failure.unreachable` with OpenSSH's own words.
    package func open(limit: Duration) async throws {
        if opening == nil, let trouble, time.elapsed < trouble.until { throw trouble.failure }
        while true {
            let opening = opening ?? Task { try await connect(limit) }
            self.opening = opening
            do {
                return try await withTaskCancellationHandler {
                    try await opening.value
                } onCancel: {
                    opening.cancel()
                }
            } catch {
                if self.opening == opening { self.opening = nil }
                if let failure = error as? Failure { trouble = (failure, time.elapsed + Self.pause) }
                // Another one who waited for it was cancelled.
                guard error is CancellationError, !Task.isCancelled else { throw error }
            }
        }
    }

    /// How long nobody tries again to open a connection that could not be opened.
    private static let pause: Duration = .seconds(5)

    /// Ends a try to open it that has lasted so long.
    func giveUp(after waited: Duration) {
        opening?.cancel()
        opening = nil
        trouble = (unreachable("no answer within \(waited.brief)"), time.elapsed + Self.pause)
    }

    /// Forgets a connection that was lost, so that the next command opens another.
    func drop() { opening = nil }

    /// Nothing is run there: a first command would cost another way there and back, and a login.
    private static let master = ["-f", "-N", "-o", "ControlMaster=yes", "-o", "ControlPersist=60"]
    /// What the user's configuration has for sessions at a terminal: it must not change ours.
    private static let ownSession = [
        "ClearAllForwardings=yes", "PermitLocalCommand=no", "Tunnel=no", "ForwardX11=no",
    ]
    /// The same that only newer versions know, the newest last: since 7.6, and since 8.7.
    private static let ownCommand = [
        ["RemoteCommand=none"], ["StdinNull=no", "ForkAfterAuthentication=no", "SessionType=default"],
    ]
    /// How many of those this machine's version knows, as far as it is known.
    private nonisolated let known = Mutex(SSHConnection.ownCommand.count)
    /// How long the user may take to answer.
    private static let timeout: Duration = .seconds(300)

    private func connect(_ limit: Duration) async throws {
        // A ProxyCommand of the user's may read the proxies.
        func command() -> Command {
            Command("ssh", Self.master + arguments(limit), limit: limit + .seconds(1), effect: .reads).with(.all)
        }
        do {
            var result = try await base.run(command())
            while result.reports(SSHError.unknownOption), known.withLock({ $0 > 0 }) {
                known.withLock { $0 -= 1 }
                result = try await base.run(command())
            }
            guard !result.succeeded else { return }
            let failure = unreachable(result.errors)
            guard let person, limit >= SSHRunner.timeout, result.reports(SSHError.questionNeeded) else { throw failure }
            try await ask(person, limit, orElse: failure)
        } catch let failure as Failure where failure.code == .timedOut {
            throw unreachable("no answer within \(limit.brief)")
        }
    }

    /// Lets OpenSSH ask at the user's terminal, one host after the other.
    private func ask(_ person: AsyncSemaphore, _ limit: Duration, orElse failure: Failure) async throws {
        let turn = await person.take()
        let words = Self.master + arguments(limit, .asking)
        let command = Command("ssh", words, limit: Self.timeout, effect: .reads, output: .terminal)
        let result = try? await base.run(command)
        await person.give(turn)
        try Task.checkCancellation()
        guard result?.succeeded ?? false else { throw failure }
    }

    /// Ends the connection, if there is one.
    package func close() async {
        guard opening != nil else { return }
        opening = nil
        _ = try? await asking("exit")
    }

    /// Whether the connection stands, by what the process says that keeps it.
    func isThere() async -> Bool { (try? await asking("check").succeeded) ?? false }

    private nonisolated func asking(_ what: String) async throws -> CommandResult {
        let words = ["-o", "ControlPath=\(socket)"] + own + ["-O", what, "--", host.destination]
        var command = Command("ssh", words)
        command.limit = .seconds(5)
        command.outlivesCancellation = true
        return try await base.run(command)
    }

    /// Does the work while at most so many others do theirs.
    nonisolated func inTurn<Answer: Sendable>(_ work: @Sendable () async throws -> Answer) async rethrows -> Answer {
        let turn = await turns.take()
        do {
            let answer = try await work()
            await turns.give(turn)
            return answer
        } catch {
            await turns.give(turn)
            throw error
        }
    }

    /// How OpenSSH behaves.
    enum ConnectionMode {
        /// Asks nothing.
        case silent
        /// Asks at the terminal what it has to.
        case asking
        /// Gives the command a terminal.
        case terminal
    }

    /// The options that keep the user's configuration from changing what a command of ours does.
    private nonisolated var own: [String] {
        (Self.ownSession + Self.ownCommand.prefix(known.withLock { $0 }).flatMap { $0 }).flatMap { ["-o", $0] }
    }

    /// OpenSSH's options and the destination.
    nonisolated func arguments(_ limit: Duration, _ manner: ConnectionMode = .silent) -> [String] {
        var options = ["-o", "ControlPath=\(socket)", "-o", "ConnectTimeout=\(max(1, Int(limit.seconds)))"]
        options += ["-o", "ServerAliveInterval=3", "-o", "ServerAliveCountMax=3"]
        switch manner {
        case .silent: options += ["-T", "-o", "BatchMode=yes", "-o", "LogLevel=INFO"]
        case .asking: options += ["-T"]
        // OpenSSH would say at the end that a shared connection was closed, which is not so.
        case .terminal: options += ["-t", "-o", "LogLevel=ERROR"]
        }
        if let port = host.port { options += ["-p", "\(port)"] }
        // An agent's other keys would be tried first, and sshd accepts six tries by default (MaxAuthTries).
        if let identity = host.identity { options += ["-o", "IdentitiesOnly=yes", "-i", identity] }
        // In a master's words, `ControlMaster=yes` and what `-f -N` mean came before these, and count.
        return options + ["-o", "ControlMaster=no"] + own + ["--", host.destination]
    }

    /// The failure of a host that OpenSSH does not get to.
    nonisolated func unreachable(_ words: String) -> Failure {
        let lines = words.split { $0.isNewline }.map(\.trimmed).filter { !$0.isEmpty }
        return Failure(
            .unreachable, "host \(host.name) is unreachable: \(lines.last ?? "the connection was lost")",
            output: lines.count > 1 ? lines.suffix(20).joined(separator: "\n") : nil,
            hint: "try \((["ssh"] + host.wordsForSSH).map(Shell.quoted).joined(separator: " "))")
    }
}
