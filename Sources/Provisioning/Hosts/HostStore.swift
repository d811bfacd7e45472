import FoundationEssentials

/// The hosts that the user has added: `hosts.json` in the runtime directory; there is no secret in it.
package struct HostStore: Sendable {
    /// The version of the file's form that this program writes and reads.
    static let currentVersion = 1

    private struct Form: Codable {
        var version: Int
        var hosts: [Host]
    }

    private let folder: String
    private let files: any Files
    private let time: any TimeSource
    /// Where the file stands.
    package var path: String { ClusterFolder.hosts(in: folder) }

    /// The hosts of that runtime directory.
    package init(runtime: String, files: any Files, time: any TimeSource) {
        folder = runtime
        self.files = files
        self.time = time
    }

    /// The hosts by name, without this machine; throws `Failure.damaged` where the file is not one of ours.
    package func all() throws -> [Host] {
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
    package func host(_ name: HostName) throws -> Host {
        let all = try all()
        guard let host = all.first(where: { $0.name == name }) else {
            throw Failure(
                .badInput, "host \(name) not found",
                hint: "see bcmcluster host list, or add it with bcmcluster host add \(name) ADDRESS")
        }
        return host
    }

    /// Adds a host, in the place of one of the same name.
    package func add(_ host: Host) async throws {
        try await change { $0 = $0.filter { $0.name != host.name } + [host] }
    }

    /// Notes when hosts last answered; one that was removed meanwhile stays removed.
    package func note(_ seen: [HostName: Int]) async throws {
        if seen.isEmpty { return }
        try await change { hosts in
            for index in hosts.indices { hosts[index].lastSeen = seen[hosts[index].name] ?? hosts[index].lastSeen }
        }
    }

    /// Removes the host of that name, if `check` still allows that; no host of that name is fine.
    package func remove(_ name: HostName, check: () throws -> Void = {}) async throws {
        try await change { hosts in
            try check()
            hosts.removeAll { $0.name == name }
        }
    }

    /// Reads the hosts, changes them and writes them back while no other run does.
    private func change(_ change: (inout [Host]) throws -> Void) async throws {
        try files.makeFolder(folder, mode: ClusterFolder.folderMode)
        try await ExclusiveAccess(to: path, lock: "\(path).lock", files: files, time: time).whileHeld {
            try files.removeTemporaryFiles(in: folder, for: path)
            var hosts = try all()
            let before = hosts
            try change(&hosts)
            if hosts == before { return }
            let form = Form(version: Self.currentVersion, hosts: hosts.sorted { $0.name < $1.name })
            try files.write(JSONText.text(form), to: path, mode: ClusterFolder.fileMode)
        }
    }

    private var damaged: Failure {
        Failure(
            .damaged, "the list of hosts \(path) is damaged, and was not changed",
            hint: "fix it by hand, or move it away and add the hosts again")
    }
}
