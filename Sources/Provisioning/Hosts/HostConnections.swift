/// The connections of a run to all hosts, in a folder of their own that goes with them.
public actor HostConnections {
    /// How many programs start at a time, and for how long each counts as one that starts.
    private static let startsAtOnce = 32
    private static let start: Duration = .milliseconds(100)

    private let base: any CommandRunner
    /// What runs `ssh`.
    private let paced: any CommandRunner
    private let files: any Files
    private let random: any RandomSource
    private let folder: String
    private var connections: [HostName: SSHConnection] = [:]

    /// No connections yet; `base` runs `ssh` on this machine.
    ///
    /// A socket's path may have a hundred characters: hence `/tmp`.
    public init(by base: any CommandRunner, files: any Files, random: any RandomSource, time: any TimeSource) {
        self.base = base
        paced = PacedRunner(base, time: time, atOnce: Self.startsAtOnce, patience: Self.start)
        self.files = files
        self.random = random
        folder = "/tmp/bcmcluster-ssh-\(random.identifier(length: 16))"
    }

    /// What runs commands on the host: over SSH, or directly on this machine.
    public func runner(on host: Host) throws -> any CommandRunner {
        if host.name.isLocal { return base }
        if let connection = connections[host.name] { return SSHRunner(connection, by: paced, random: random) }
        if connections.isEmpty { try files.makeFolder(folder, mode: 0o700) }
        let connection = SSHConnection(host, by: paced, folder: folder)
        connections[host.name] = connection
        return SSHRunner(connection, by: paced, random: random)
    }

    /// Ends all of them.
    public func close() async {
        await withTaskGroup(of: Void.self) { group in
            for connection in connections.values { group.addTask { await connection.close() } }
        }
        if !connections.isEmpty { try? files.remove(folder) }
        connections = [:]
    }
}

extension Host {
    /// This machine itself, which is always a host.
    public static var local: Host {
        get throws { try Host(name: .local, destination: "local") }
    }
}
