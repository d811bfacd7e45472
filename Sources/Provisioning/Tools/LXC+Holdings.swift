/// Things of one kind that a server holds.
package struct LXDHolding: Sendable, Equatable {
    /// The kind, as the user calls several of them.
    package let kind: String
    package let names: [String]
}

/// What a server holds that somebody has put there.
extension LXC {
    /// The kinds besides networks, each with its place in the API and what every server has of it.
    private static let kinds: [(kind: String, path: String, ordinary: Set<String>)] = [
        ("instances", "/1.0/instances?all-projects=true", []), ("storage pools", "/1.0/storage-pools", []),
        ("images", "/1.0/images", []), ("profiles", "/1.0/profiles", ["default"]),
        ("projects", "/1.0/projects", ["default"]), ("trusted clients", "/1.0/certificates", []),
    ]

    /// Everything that emptying the server would lose, instances first; nothing on a server that was never set up.
    package func holdings() async throws -> [LXDHolding] {
        var found: [LXDHolding] = []
        for (kind, path, ordinary) in Self.kinds {
            let paths = try await paths(path)
            found.append(LXDHolding(kind: kind, names: paths.map(Self.name).filter { !ordinary.contains($0) }))
        }
        found.append(LXDHolding(kind: "networks", names: try await managedNetworks()))
        return found.filter { !$0.names.isEmpty }
    }

    /// Incus 6.0.4 prints nothing of a list without entries: then the whole answer has to say that it is one.
    private func paths(_ path: String) async throws -> [String] {
        struct Answer: Decodable { var metadata: [String]? }
        let question = query(path)
        let text = try await runner.output(of: question)
        if !text.trimmed.isEmpty { return try question.decode([String].self, from: text) }
        return try await runner.decoded(Answer.self, from: query(path, ["--raw"])).metadata ?? []
    }

    /// What users have put on the server, in all its projects; what a preseed makes, such as storage pools, networks and
    /// profiles, does not count.
    package func contents() async throws -> [LXDHolding] {
        struct Project: Decodable {
            var usedBy: [String]?
            enum CodingKeys: String, CodingKey { case usedBy = "used_by" }
        }
        let projects = try await runner.decoded([Project].self, from: query("/1.0/projects?recursion=1"))
        let paths = projects.flatMap { $0.usedBy ?? [] }
        return ["instances", "images", "volumes", "buckets"].compactMap { kind in
            let names = paths.filter { Self.kind($0) == kind }.map(Self.name)
            return names.isEmpty ? nil : LXDHolding(kind: kind, names: names)
        }
    }

    /// The kind of a thing of a project: `/1.0/images/…`, or in a pool `/1.0/storage-pools/POOL/volumes/…`.
    private static func kind(_ path: String) -> String? {
        let parts = path.split(separator: "/").map(String.init).dropFirst()
        return parts.first == "storage-pools" ? parts.dropFirst(2).first : parts.first
    }

    /// The host's own interfaces are in the list too.
    private func managedNetworks() async throws -> [String] {
        struct Network: Decodable {
            var name: String
            var managed: Bool
        }
        let command = query("/1.0/networks?recursion=1")
        return try await runner.decoded([Network].self, from: command).filter(\.managed).map(\.name)
    }

    /// The last part of a path, an image's or certificate's fingerprint as short as LXD shows it.
    private static func name(_ path: String) -> String {
        let plain = path.prefix { $0 != "?" }
        let last = plain.split(separator: "/").last.map(String.init) ?? path
        let isFingerprint = last.utf8.count == 64 && last.utf8.allSatisfy { 48...57 ~= $0 || 97...102 ~= $0 }
        return isFingerprint ? String(last.prefix(12)) : last
    }
}
