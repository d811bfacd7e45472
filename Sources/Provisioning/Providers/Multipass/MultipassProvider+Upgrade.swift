/// Each VM has an engine of its own.
extension MultipassProvider: EngineUpgrading {
    package var installsEngines: Bool { true }
    package var installationHint: String { "" }
    package func check(channel: String) throws { try EngineUpgrade.check(channel: channel, of: engine) }

    package func currency(of member: MemberName, in state: ClusterState) async throws -> EngineCurrency {
        try await upgrade(of: member)?.currency() ?? .absent
    }

    package func refreshEngine(
        of member: MemberName, to channel: String?, in state: ClusterState, limit: Duration
    ) async throws {
        try await upgrade(of: member)?.refresh(to: channel ?? state.settings.channel, limit: limit)
    }

    private func upgrade(of member: MemberName) async throws -> EngineUpgrade? {
        let inside = runner(in: member)
        return try await engine.installedPackage(inside).map {
            EngineUpgrade(root: inside, engine: engine, package: $0, time: time, subject: .machine(member.text))
        }
    }
}
