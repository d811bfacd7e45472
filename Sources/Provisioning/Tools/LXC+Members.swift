/// Who is in the cluster, who comes, and who goes.
extension LXC {
    /// The members as this server sees them; a dry run assumes those to be online.
    package func members(
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
    package func member(named name: String, assuming names: [String] = []) async throws -> ClusterMember? {
        try await members(assuming: names).first { $0.name == name }
    }

    /// The keys that a member has to give for itself when it joins.
    package func memberConfigurationKeys() async throws -> [MemberConfigurationKey] {
        struct Cluster: Decodable {
            var keys: [MemberConfigurationKey]?
            enum CodingKeys: String, CodingKey { case keys = "member_config" }
        }
        let cluster = try await runner.decoded(Cluster.self, from: query("/1.0/cluster", assumed: Self.assumedCluster))
        return cluster.keys ?? []
    }

    /// An operation of LXD's, of any client.
    struct RunningOperation: Decodable {
        var description: String?
        var location: String?
        /// The paths of what it is about, by kind.
        var resources: [String: [String]?]?
    }

    /// What LXD carries out at this moment.
    ///
    /// A member lists the operations of all members, without those of other projects. Of nothing at all the client prints
    /// nothing.
    func runningOperations(in project: String = "default") async throws -> [RunningOperation] {
        let place = project == "default" ? "" : "&project=\(project)"
        let question = query("/1.0/operations?recursion=1\(place)", effect: .awaits)
        return try await found([String: [RunningOperation]?].self, question)?["running"].flatMap { $0 } ?? []
    }

    /// Whether the server of that name is joining a cluster at this moment, on whoever's behalf.
    ///
    /// One that is in no cluster yet says `none` for where its own operations are.
    package func isJoining(_ name: String) async throws -> Bool {
        try await runningOperations().contains {
            $0.description == "Joining cluster" && [nil, "", "none", name].contains($0.location)
        }
    }

    /// A token with which the member of that name can join, once; a new one cancels the old.
    package func joinToken(for member: String) async throws -> String {
        try await token(["cluster", "add", member], assumed: "<join token for \(member)>")
    }

    /// Takes a member out that is online and holds nothing; its duties go to others first.
    package func removeMember(_ member: String) async throws {
        var command = change(["cluster", "remove", "--yes", member])
        command.touches = [.membership]
        // LXD continues with it for a client that is gone, and nobody would know how it ended.
        command.outlivesCancellation = true
        try await runner.output(of: command)
    }

    /// Changes a key of this member's own configuration.
    package func setServer(_ key: String, to value: String) async throws {
        try await runner.output(of: change(["config", "set", key, value], in: nil))
    }

    /// Says what a member shares its fate with, such as a host.
    package func setFailureDomain(of member: String, to domain: String) async throws {
        try await change(member) { $0.failure_domain = domain }
    }

    /// The key of a member's configuration that holds the scheduling that it had before it was closed.
    static let formerScheduling = "user.bcm.scheduler"

    /// Lets LXD choose the member for no new instance until it is opened again.
    package func closeMember(_ member: String) async throws {
        try await change(member) { properties in
            var config = properties.config ?? [:]
            if config[Self.formerScheduling] != nil { return }
            config[Self.formerScheduling] = config[ClusterMember.schedulingKey] ?? "all"
            config[ClusterMember.schedulingKey] = "manual"
            properties.config = config
        }
    }

    /// Gives a member that was closed the scheduling back that it had.
    package func openMember(_ member: String) async throws {
        try await change(member) { properties in
            guard let former = properties.config?.removeValue(forKey: Self.formerScheduling) else { return }
            properties.config?[ClusterMember.schedulingKey] = former == "all" ? nil : former
        }
    }

    private struct MemberProperties: Codable, Equatable {
        var config: [String: String]?
        var description: String
        var failure_domain: String
        var groups: [String]?
        var roles: [String]?
    }

    /// Changes a member's properties.
    ///
    /// LXD takes them whole: what is left out it takes for dropped, roles too, also with PATCH (LXD 5.0.2). Roles may change
    /// in between, and then LXD refuses: it is tried again.
    private func change(_ member: String, _ change: (inout MemberProperties) -> Void) async throws {
        let path = "/1.0/cluster/members/\(member)"
        let assumed =
            #"{"config":{},"description":"","failure_domain":"default","groups":["default"],"roles":["database"]}"#
        for attempt in 1...3 {
            let old = try await runner.decoded(MemberProperties.self, from: query(path, assumed: assumed))
            var new = old
            change(&new)
            if new == old { return }
            do { return try await send("PUT", new, to: path) } catch let failure as Failure
                where attempt < 3 && failure.code == .commandFailed
            { continue }
        }
    }

    /// Forgets a member that is gone, or that never came; one that the cluster does not know is fine.
    package func forget(_ member: String) async throws {
        try await run(change(["cluster", "remove", "--force", "--yes", member]), unless: [.notFound])
    }

    private static let assumedCluster = """
        {"member_config":[{"entity":"storage-pool","name":"default","key":"source","value":""}]}
        """
}
