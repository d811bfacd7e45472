/// What a run of `up` did, counted from the steps that it did.
struct UpSummary {
    /// Such as `1 machine created (namespace provider), 1 member joined`; `nil` where there is nothing to count.
    let line: String?

    init(_ plan: ClusterPlan, _ outcome: PlanOutcome, _ context: PlanContext) async throws {
        let state = await context.store.state
        let done = outcome.done.map { plan.entries[$0].step }
        let launched = done.compactMap { ($0 as? LaunchMachine)?.name }
        var created: [MemberName] = []
        // As it was before this run.
        for name in launched where try await context.machine(name) == nil { created.append(name) }
        let hosts = Set(created.map(state.host(of:)))
        let origin =
            "(\(state.settings.provider.rawValue) provider"
            + (state.spread == nil ? ")" : ", \(counted(hosts.count, "host")))")
        let (client, bridge) = (context.engine.client, context.engine.bridge)
        var parts: [String] = []
        if !created.isEmpty { parts.append("\(counted(created.count, "machine")) created \(origin)") }
        if launched.count > created.count {
            parts.append("\(counted(launched.count - created.count, "machine")) started")
        }
        if done.contains(where: { $0 is BootstrapCluster }) { parts.append("cluster bootstrapped") }
        let joined = done.count { $0 is JoinMember }
        if joined > 0 { parts.append("\(counted(joined, "member")) joined") }
        if done.contains(where: { $0 is CreateBridge }) { parts.append("\(bridge) created") }
        if done.contains(where: { $0 is AddRemote }), let remote = state.remote, remote.wasMadeDefault {
            parts.append("\(client) remote \(remote.name) added")
        }
        line = parts.isEmpty ? nil : parts.joined(separator: ", ")
    }
}
