/// Each host has an engine of its own.
extension BaremetalProvider: EngineUpgrading {
    package var installsEngines: Bool { true }
    package var installationHint: String { "" }
    package func check(channel: String) throws { try EngineUpgrade.check(channel: channel, of: engine) }

    package func currency(of member: MemberName, in state: ClusterState) async throws -> EngineCurrency {
        try await upgrade(of: member, state)?.currency() ?? .absent
    }

    package func refreshEngine(
        of member: MemberName, to channel: String?, in state: ClusterState, limit: Duration
    ) async throws {
        try await upgrade(of: member, state)?.refresh(to: channel ?? state.settings.channel, limit: limit)
    }

    private func upgrade(of member: MemberName, _ state: ClusterState) async throws -> EngineUpgrade? {
        try await checkIdentity(member, of: state)
        return try await engine.installedPackage(root).map {
            EngineUpgrade(root: root, engine: engine, package: $0, time: time, subject: .machine(member.text))
        }
    }
}
