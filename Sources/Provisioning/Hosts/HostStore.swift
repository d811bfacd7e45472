#if canImport(FoundationEssentials)
    import FoundationEssentials
#else
    import Foundation
#endif

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
        let form: Form
        do { form = try JSONDecoder().decode(Form.self, from: Data(text.utf8)) } catch {
            throw damaged(Self.fault(error))
        }
        guard form.version == Self.currentVersion else {
            throw damaged("its version is \(form.version), and this program reads version \(Self.currentVersion)")
        }
        if form.hosts.contains(where: \.name.isLocal) { throw damaged("local is this machine, and is not listed") }
        let names = Dictionary(grouping: form.hosts, by: \.name)
        if let twice = names.first(where: { $0.value.count > 1 })?.key { throw damaged("\(twice) is listed twice") }
        return form.hosts.sorted { $0.name < $1.name }
    }

    /// What is wrong, and where.
    private static func fault(_ error: any Error) -> String {
        guard let error = error as? DecodingError else { return Failure(error).message }
        func place(_ path: [any CodingKey], _ key: String? = nil) -> String {
            let words = (path.map { $0.intValue.map { "[\($0)]" } ?? ".\($0.stringValue)" } + [key.map { ".\($0)" }])
                .compactMap { $0 }.joined()
            return words.hasPrefix(".") ? String(words.dropFirst()) : words
        }
        return switch error {
        case .keyNotFound(let key, let context): "\(place(context.codingPath, key.stringValue)) is missing"
        case .typeMismatch(_, let context) where context.codingPath.isEmpty: "it is not a JSON object"
        case .typeMismatch(let type, let context): "\(place(context.codingPath)) is not \(Self.word(for: type))"
        case .valueNotFound(_, let context): "\(place(context.codingPath)) is null"
        case .dataCorrupted(let context) where !context.codingPath.isEmpty: "\(place(context.codingPath)) is not valid"
        default: "it is not JSON"
        }
    }

    private static func word(for type: any Any.Type) -> String {
        type == Int.self ? "a whole number" : type == String.self ? "a text" : "what it should be"
    }

    /// The host of that name; throws `Failure.notFound` where there is none.
    package func host(_ name: HostName) throws -> Host {
        let all = try all()
        guard let host = all.first(where: { $0.name == name }) else {
            throw Failure(
                .notFound, "host \(name) not found",
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

    private func damaged(_ fault: String) -> Failure {
        Failure(
            .damaged, "the list of hosts \(path) is damaged, and was not changed: \(fault)",
            hint: "fix it by hand, or move it away and add the hosts again")
    }
}
