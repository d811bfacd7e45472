/// Settings that were recorded with the state before anything was made by them, and turn out to be wrong.
extension UpRequest {
    /// The cluster-wide settings in which a flag contradicts the state.
    func contradicted(by existing: ClusterState) -> [Setting] {
        Setting.allCases.filter { setting in
            guard setting.isClusterWide, let wanted = sources.flags[setting] else { return false }
            return wanted != existing.value(of: setting)
        }
    }

    /// The cluster-wide settings that flags may still change.
    ///
    /// Those of machines may as long as the cluster has no machine, and none is on its way; the channel may also become
    /// one of the version that every machine runs. Only where a flag contradicts the state is the provider asked.
    package func changeable(
        in existing: ClusterState, engine: Engine, by provider: () throws -> any MachineProvider
    ) async throws -> Set<Setting> {
        if contradicted(by: existing).isEmpty { return [] }
        let provider = try provider()
        if provider.traits.settingsOfMachines.isDisjoint(with: contradicted(by: existing)) { return [] }
        try await provider.check()
        let machines = try await provider.machines(of: existing)
        guard machines.isEmpty else {
            return try await runs(sources.flags[.channel], on: machines, provider, engine) ? [.channel] : []
        }
        for member in existing.members.map(\.name) where try await provider.launches?.isBeingLaunched(member) ?? false {
            return []
        }
        return provider.traits.settingsOfMachines
    }

    /// Whether the machines all run, with versions of that channel.
    private func runs(
        _ channel: String?, on machines: [MemberName: Machine], _ provider: any MachineProvider, _ engine: Engine
    ) async throws -> Bool {
        guard let channel, machines.values.allSatisfy({ $0.state == .running }) else { return false }
        for member in machines.keys.sorted() {
            do {
                let server = try await LXC(provider.runner(in: member), engine: engine).server()
                guard SnapChannel(channel).accepts(server.environment.version) else { return false }
            } catch let failure as Failure where [.commandFailed, .timedOut].contains(failure.code) {
                return false
            }
        }
        return true
    }

    /// The way out where a flag contradicts the state.
    func hint(for setting: Setting) -> String {
        let leave = "leave the \(sources.placesInFile[setting] == nil ? "flag" : "key") out"
        return switch setting {
        case .channel:
            "\(leave), or give a channel of the version that all machines run; another one is possible only while the cluster has no machine, as after bcmcluster destroy -c \(name)"
        case .image, .storage, .network:
            "\(leave); up takes another one only while the cluster has no machine, as after bcmcluster destroy -c \(name)"
        default: leave
        }
    }
}
