/// Members run the engine that is installed on their host: an upgrade of the package is the user's, and a daemon runs it
/// from its next start on.
extension NamespaceProvider: EngineUpgrading {
    package var installsEngines: Bool { false }

    package var installationHint: String {
        "install a later version on the host, as with apt-get install --only-upgrade "
            + engine.debianPackages.joined(separator: " ")
    }

    package func check(channel: String) throws {
        throw Failure(
            .badInput, "--channel is not possible with the namespace provider: members run the package of their host",
            hint: "\(installationHint), then run the same command without --channel")
    }

    package func currency(of member: MemberName, in state: ClusterState) async throws -> EngineCurrency {
        let programs = try await HostProcesses(runner(in: member)).programs(
            matching: daemonPattern, about: [.machine(member.text)])
        guard let program = programs.first else { return .absent }
        return program.isReplaced ? .outdated : .current
    }

    /// Nothing is to be done on a machine.
    package func refreshEngine(
        of member: MemberName, to channel: String?, in state: ClusterState, limit: Duration
    ) async throws {}
}
