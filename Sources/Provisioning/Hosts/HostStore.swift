import FoundationEssentials

/// The hosts that a person has added: `hosts.json` in the runtime directory; there is no secret in it.
public struct HostStore: Sendable {
    /// The version of the file's form that this program writes and reads.
    static let currentVersion = 1

    private struct Form: Codable {
        var version: Int
        var hosts: [Host]
    }

    private let files: any Files
    /// Where the file stands.
    public let path: String

    /// The hosts of that runtime directory.
    public init(runtime: String, files: any Files) {
        path = ClusterFolder.hosts(in: runtime)
        self.files = files
    }

    /// The hosts by name, without this machine; throws `Failure.damaged` where the file is none of ours.
    public func all() throws -> [Host] {
        guard let text = try files.read(path) else { return [] }
        do {
            let form = try JSONDecoder().decode(Form.self, from: Data(text.utf8))
            guard form.version == Self.currentVersion, Set(form.hosts.map(\.name)).count == form.hosts.count,
                !form.hosts.contains(where: \.name.isLocal)
            else { throw damaged }
            return form.hosts.sorted { $0.name < $1.name }
        } catch {
            throw damaged
        }
    }

    /// The host of that name; throws `Failure.badInput` where there is none.
    public func host(_ name: HostName) throws -> Host {
        let all = try all()
        guard let host = all.first(where: { $0.name == name }) else {
            throw Failure(
                .badInput, "there is no host \(name)",
                remedy: "bcmcluster host list shows those there are, and bcmcluster host add \(name) ADDRESS adds it")
        }
        return host
    }

    /// Adds a host, in the place of one of the same name.
    public func add(_ host: Host) throws { try write(all().filter { $0.name != host.name } + [host]) }

    /// Notes when hosts last answered; one that was removed meanwhile stays removed.
    public func note(_ seen: [HostName: Int]) throws {
        let hosts = try all()
        let noted = hosts.map { host in
            var noted = host
            noted.lastSeen = seen[host.name] ?? host.lastSeen
            return noted
        }
        if noted != hosts { try write(noted) }
    }

    /// Removes the host of that name; none there is fine.
    public func remove(_ name: HostName) throws { try write(all().filter { $0.name != name }) }

    private func write(_ hosts: [Host]) throws {
        let form = Form(version: Self.currentVersion, hosts: hosts.sorted { $0.name < $1.name })
        let folder = String(path[..<(path.lastIndex(of: "/") ?? path.startIndex)])
        try files.makeFolder(folder, mode: 0o700)
        try files.write(JSONText.text(form), to: path, mode: 0o600)
    }

    private var damaged: Failure {
        Failure(
            .damaged, "the list of hosts \(path) is damaged, and was left as it is",
            remedy: "repair it by hand, or move it away and add the hosts again")
    }
}
