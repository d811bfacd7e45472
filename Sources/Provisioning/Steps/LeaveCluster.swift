/// Takes a member out of its cluster gracefully, if nothing lives on it.
struct LeaveCluster: Step {
    let title = "leave the cluster"
    let name: MemberName
    /// The member that is asked.
    let respondingMember: MemberName

    var member: MemberName? { name }
    var lane: Lane? { .membership }

    func isDone(_ context: PlanContext) async throws -> Bool {
        try await traces(context).areCleared()
    }

    func run(_ context: PlanContext) async throws {
        let client = context.client(in: respondingMember)
        // Of one that never was in it there may be something left.
        guard let entry = try await client.member(named: name.text, assuming: [name.text]) else {
            return try await traces(context).clear()
        }
        try Self.check(await settled(entry, client, context), name)
        // What has come since the others were moved.
        try await EvacuateMember(name: name, respondingMember: respondingMember).empty(context)
        // The database changes one thing in its configuration at a time, and may be giving a vote to another at this moment.
        _ = try await context.time.wait(
            for: "\(name) to leave the cluster", limit: .seconds(60), every: .seconds(1)
        ) { try await hasLeft(client) ? true : nil }
    }

    /// The member once it is online, or as it was, if the cluster does not notice it in time: one whose daemon was restarted,
    /// as to hand the leadership over, is online with the next heartbeat (Incus 6.0.4).
    private func settled(_ entry: ClusterMember, _ client: LXC, _ context: PlanContext) async -> ClusterMember {
        if entry.isReachable { return entry }
        let online = try? await context.time.wait(
            for: "\(name) to be online", limit: .seconds(30), every: .seconds(1)
        ) { try await client.member(named: name.text).flatMap { $0.isOnline ? $0 : nil } }
        return online ?? entry
    }

    /// Whether the cluster let the member go, now or in an earlier try; false where its database is busy, or the members that
    /// have just been started are not connected to each other yet.
    private func hasLeft(_ client: LXC) async throws -> Bool {
        do { try await client.removeMember(name.text) } catch let failure as Failure
            where [.joinCollision, .memberAway].contains(failure.engineError)
        {
            return try await client.member(named: name.text, assuming: [name.text]) == nil
        }
        return true
    }

    /// Throws where the member does not answer its cluster; one that was evacuated does.
    static func check(_ entry: ClusterMember?, _ name: MemberName) throws {
        if let entry, entry.isReachable { return }
        throw Failure(
            .conflict,
            "\(name) is \(entry?.status.lowercased() ?? "not in the cluster"), and only an online member can leave it with all its data",
            hint:
                "repair it with bcmcluster repair -c \(name.cluster), or lose its data with bcmcluster member remove -c \(name.cluster) \(name) --force"
        )
    }

    private func traces(_ context: PlanContext) -> JoinTraces {
        JoinTraces(context: context, member: name, respondingMember: respondingMember)
    }
}
