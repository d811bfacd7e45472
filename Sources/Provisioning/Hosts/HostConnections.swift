/// The connections of a run to all hosts, in a folder of their own that goes with them.
public actor HostConnections {
    private let base: any CommandRunner
    private let files: any Files
    private let random: any RandomSource
    private let folder: String
    private var connections: [HostName: SSHConnection] = [:]

    /// No connections yet; `base` runs `ssh` on this machine.
    ///
    /// A socket's path may have a hundred characters: hence `/tmp`.
    public init(by base: any CommandRunner, files: any Files, random: any RandomSource) {
        self.base = base
        self.files = files
        self.random = random
        folder = "/tmp/bcmcluster-ssh-\(random.identifier(length: 16))"
    }

    /// What runs commands on the host: over SSH, or directly on this machine.
    public func runner(on host: Host) throws -> any CommandRunner {
        if host.name.isLocal { return base }
        if let connection = connections[host.name] { return SSHRunner(connection, by: base, random: random) }
        if connections.isEmpty { try files.makeFolder(folder, mode: 0o700) }
        let connection = SSHConnection(host, by: base, folder: folder)
        connections[host.name] = connection
        return SSHRunner(connection, by: base, random: random)
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
