/// Who is in the cluster, who comes, and who goes.
extension LXC {
    /// The members as this server sees them; a dry run assumes those to be online.
    public func members(
        _ effect: Command.Effect = .reads, assuming names: [String] = []
    ) async throws -> [ClusterMember] {
        let assumed = names.map {
            #"{"server_name":"\#($0)","url":"","database":true,"status":"Online","message":""}"#
        }
        var command = query(
            "/1.0/cluster/members?recursion=1", effect: effect, assumed: "[\(assumed.joined(separator: ","))]")
        command.about = [.membership]
        return try await runner.decoded([ClusterMember].self, from: command)
    }

    /// The member of that name as this server sees it, in whatever state.
    public func member(named name: String) async throws -> ClusterMember? {
        try await members().first { $0.name == name }
    }

    /// The keys that a member has to give for itself when it joins.
    public func memberConfigurationKeys() async throws -> [MemberConfigurationKey] {
        struct Cluster: Decodable {
            var keys: [MemberConfigurationKey]?
            enum CodingKeys: String, CodingKey { case keys = "member_config" }
        }
        let cluster = try await runner.decoded(Cluster.self, from: query("/1.0/cluster", assumed: Self.assumedCluster))
        return cluster.keys ?? []
    }

    /// Whether the server of that name is joining a cluster at this moment, on whoever's behalf.
    ///
    /// A member lists the operations of all members; one that is in no cluster yet says `none` for where its own are.
    public func isJoining(_ name: String) async throws -> Bool {
        struct Operation: Decodable {
            var description: String?
            var location: String?
            func isJoin(of name: String) -> Bool {
                description == "Joining cluster" && [nil, "", "none", name].contains(location)
            }
        }
        let operations = try await runner.decoded(
            [String: [Operation]].self, from: query("/1.0/operations?recursion=1", effect: .awaits, assumed: "{}"))
        return operations["running"]?.contains { $0.isJoin(of: name) } ?? false
    }

    /// A token with which the member of that name can join, once; a new one cancels the old.
    public func joinToken(for member: String) async throws -> String {
        try await token(["cluster", "add", member], assumed: "<join token for \(member)>")
    }

    /// Takes a member out that is online and holds nothing; its duties go to others first.
    public func dismiss(_ member: String) async throws {
        var command = change(["cluster", "remove", "--yes", member])
        command.touches = [.membership]
        try await runner.output(of: command)
    }

    /// Moves what lives on a member to others, and lets nothing new onto it; knows no limit of its own.
    public func evacuate(_ member: String, limit: Duration) async throws {
        try await runner.output(of: change(["cluster", "evacuate", member, "--force", "--quiet"], limit: limit))
    }

    /// Lets instances onto a member again that was evacuated, and brings back those that were moved away.
    public func restore(_ member: String, limit: Duration) async throws {
        try await runner.output(of: change(["cluster", "restore", member, "--force", "--quiet"], limit: limit))
    }

    /// Says what a member shares its fate with, such as a host.
    ///
    /// LXD takes a member's properties whole: what is left out it takes for dropped, roles too, also with PATCH (LXD 5.0.2).
    public func setFailureDomain(of member: String, to domain: String) async throws {
        struct Properties: Codable {
            var config: [String: String]?
            var description: String
            var failure_domain: String
            var groups: [String]?
            var roles: [String]?
        }
        let path = "/1.0/cluster/members/\(member)"
        let assumed = #"{"description":"","failure_domain":"default","groups":["default"],"roles":["database"]}"#
        var properties = try await runner.decoded(Properties.self, from: query(path, assumed: assumed))
        properties.failure_domain = domain
        let text = try JSONText.text(properties, isCompact: true).trimmed
        try await runner.output(of: change(["query", "--request", "PUT", "--data", text, path], in: nil))
    }

    /// Forgets a member that is gone, or that never came; one that the cluster does not know is fine.
    public func forget(_ member: String) async throws {
        try await run(change(["cluster", "remove", "--force", "--yes", member]), unless: ["not found"])
    }

    private static let assumedCluster = """
        {"member_config":[{"entity":"storage-pool","name":"default","key":"source","value":""}]}
        """
}
