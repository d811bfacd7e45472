/// The connections of a run to all hosts, in a folder of their own that goes with them.
package actor HostConnections {
    private static let prefix = "bcmcluster-ssh-"
    /// How many programs start at a time, and for how long each counts as one that starts.
    private static let startsAtOnce = 32
    private static let start: Duration = .milliseconds(100)

    private let base: any CommandRunner
    /// What runs `ssh`.
    private let throttled: any CommandRunner
    private let files: any Files
    private let random: any RandomSource
    private let time: any TimeSource
    private let folder: String
    /// The turns in which OpenSSH asks at the terminal; `nil` without a user.
    private let person: AsyncSemaphore?
    private var connections: [HostName: SSHConnection] = [:]
    /// Whether the folder is there.
    private var isReady = false

    /// No connections yet; `base` runs `ssh` on this machine, which may ask at the terminal where somebody can answer.
    ///
    /// A socket's path may have a hundred characters: hence `/tmp`.
    package init(
        by base: any CommandRunner, files: any Files, random: any RandomSource, time: any TimeSource, canAsk: Bool
    ) {
        person = canAsk ? AsyncSemaphore(atOnce: 1) : nil
        self.time = time
        self.base = base
        throttled = ThrottledRunner(base, time: time, atOnce: Self.startsAtOnce, timeout: Self.start)
        self.files = files
        self.random = random
        folder = "/tmp/\(Self.prefix)\(random.identifier(length: 16))"
    }

    /// What runs commands on the host: over SSH, or directly on this machine.
    package func runner(on host: Host) async throws -> any CommandRunner {
        if host.name.isLocal { return base }
        if !isReady {
            // Before anything is waited for: others ask for connections meanwhile.
            try makeFolder()
            isReady = true
            await removeStaleFolders()
        }
        if let connection = connections[host.name] { return SSHRunner(connection, by: throttled, random: random) }
        let connection = SSHConnection(host, by: throttled, time: time, folder: folder, person: person)
        connections[host.name] = connection
        return SSHRunner(connection, by: throttled, random: random)
    }

    /// Makes the folder; in `/tmp` somebody else may have put something under its name, which nobody can guess.
    private func makeFolder() throws {
        guard try files.kind(of: folder) == nil else { throw taken }
        try files.makeFolder(folder, mode: 0o700)
        let owner = try files.owner(of: folder) ?? SystemCalls.effectiveUser
        guard try files.kind(of: folder) == .folder, owner == SystemCalls.effectiveUser else { throw taken }
    }

    private var taken: Failure {
        Failure(.files, "\(folder) is not a folder of this run", hint: "repeat the command")
    }

    /// The folders of runs that were killed: their connections have ended since, and taken their sockets along.
    private func removeStaleFolders() async {
        let which = ["-name", "\(Self.prefix)*", "-type", "d", "-empty", "-user", "\(SystemCalls.effectiveUser)"]
        let old = ["/tmp", "-mindepth", "1", "-maxdepth", "1"] + which + ["-mmin", "+5", "-delete"]
        _ = try? await base.run(Command("find", old, limit: .seconds(5), effect: .changes))
    }

    /// Treats a host whose connection has not opened after so long as unreachable, for some seconds.
    package func giveUp(_ host: HostName, after waited: Duration) async {
        await connections[host]?.giveUp(after: waited)
    }

    /// Ends all of them.
    package func close() async {
        await withTaskGroup(of: Void.self) { group in
            for connection in connections.values { group.addTask { await connection.close() } }
        }
        if isReady { try? files.remove(folder) }
        (connections, isReady) = ([:], false)
    }
}

/// Runs commands on a host by the run's connection to it, which is opened with the first of them.
package struct ConnectingRunner: CommandRunner {
    private let host: Host
    private let connections: HostConnections

    /// A runner for that host; nothing is opened yet.
    package init(_ host: Host, _ connections: HostConnections) {
        self.host = host
        self.connections = connections
    }

    package func run(_ command: Command) async throws -> CommandResult {
        try await connections.runner(on: host).run(command)
    }
}

extension Host {
    /// This machine itself, which is always a host.
    package static var local: Host {
        get throws { try Host(name: .local, destination: "local") }
    }
}
